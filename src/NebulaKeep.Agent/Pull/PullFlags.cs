using System.Globalization;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Agent.Pull;

/// <summary>The flags of <c>agent pull</c>. Those of the store are br's; credentials come from the environment alone.</summary>
static class PullFlags
{
    /// <summary>2^20 bits, as in the agent's own flag.</summary>
    const double BytesPerMegabit = (1 << 20) / 8.0;

    static readonly HashSet<string> Booleans = ["help", "h"];

    static readonly HashSet<string> Values = ["plan", "role", "pod", "data_paths", "ratelimit", "storage", "s3.region", "s3.endpoint", "gs.endpoint", "gs.ca"];

    /// <summary>Splits the command line.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static Dictionary<string, string> Parse(IReadOnlyList<string> arguments) =>
        GoFlags.Parse(arguments, name => Booleans.Contains(name) ? true : Values.Contains(name) ? false : null);

    /// <summary>The settings that flags and environment amount to.</summary>
    /// <exception cref="UsageException">A value cannot be used.</exception>
    public static PullSettings Read(IReadOnlyDictionary<string, string> flags, Func<string, string?> environment) => new()
    {
        Plan = Needed(flags, "plan"),
        IsMetad = Needed(flags, "role") switch
        {
            "metad" => true,
            "storaged" => false,
            var other => throw new UsageException($"--role: '{other}' is neither metad nor storaged"),
        },
        Ordinal = OrdinalOf(Needed(flags, "pod")),
        DataPaths = [.. Needed(flags, "data_paths").Split(',').Select(DataPath)],
        BytesPerSecond = Rate(flags.GetValueOrDefault("ratelimit", "0")) * BytesPerMegabit,
        Store = StoreOf(flags, environment),
    };

    static string Needed(IReadOnlyDictionary<string, string> flags, string name) =>
        flags.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new UsageException($"--{name} is missing");

    /// <summary>The number at the end of a StatefulSet's pod.</summary>
    static int OrdinalOf(string pod) =>
        int.TryParse(pod.AsSpan(pod.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : throw new UsageException($"--pod: '{pod}' does not end with a number, as pods of a StatefulSet do");

    static string DataPath(string path)
    {
        try
        {
            return PathRules.Normalize(path) is var plain && plain.LastIndexOf('/') > 0 ? plain : throw new UsageException($"--data_paths: '{path}' lies in no directory of its own");
        }
        catch (AgentFailureException e)
        {
            throw new UsageException($"--data_paths: {e.Message}");
        }
    }

    static int Rate(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) ? rate : throw new UsageException($"--ratelimit: '{text}' is no number from 0 to {int.MaxValue}");

    static Func<StoreSettings> StoreOf(IReadOnlyDictionary<string, string> flags, Func<string, string?> environment)
    {
        StoreUri uri;
        try
        {
            uri = StoreUri.Parse(Needed(flags, "storage"));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--storage: {e.Message}");
        }
        return () => new StoreSettings
        {
            Uri = uri,
            S3 = uri.Kind == StoreKind.S3 ? S3(flags, environment) : null,
            Gcs = uri.Kind == StoreKind.Gcs ? GcsCredentials.Complete(new GcsSettings { Endpoint = flags.GetValueOrDefault("gs.endpoint"), CaPem = Pem(flags.GetValueOrDefault("gs.ca")) }, environment) : null,
        };
    }

    static S3Settings S3(IReadOnlyDictionary<string, string> flags, Func<string, string?> environment) => new()
    {
        Endpoint = flags.GetValueOrDefault("s3.endpoint"),
        Region = flags.GetValueOrDefault("s3.region"),
        AccessKey = environment("AWS_ACCESS_KEY_ID"),
        SecretKey = Secret.FromOptional(environment("AWS_SECRET_ACCESS_KEY")),
        SessionToken = Secret.FromOptional(environment("AWS_SESSION_TOKEN")),
        CaPem = Pem(environment("AWS_CA_BUNDLE")),
    };

    static string? Pem(string? path)
    {
        try
        {
            return string.IsNullOrEmpty(path) ? null : File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The CA certificates of the store cannot be read from '{path}': {e.Message}", e);
        }
    }
}
