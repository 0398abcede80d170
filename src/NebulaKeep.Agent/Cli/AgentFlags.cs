using System.Globalization;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Agent.Cli;

/// <summary>The agent's flags: upstream's with their meaning (spec/agent.md §1), and ours.</summary>
static class AgentFlags
{
    const string StoreRootsVariable = "NEBULAKEEP_STORE_ROOTS";

    /// <summary>Metad forgets an agent after five minutes.</summary>
    const int LongestHeartbeat = 299;

    /// <summary>Upstream's "Mbps": 2^20 bits a second.</summary>
    const double BytesPerMegabit = (1 << 20) / 8.0;

    static readonly HashSet<string> Booleans = ["debug", "enable_ssl", "insecure_skip_verify", "upstream_compat", "help", "h", "version"];

    static readonly HashSet<string> Values =
    [
        "agent", "meta", "hbs", "ratelimit", "ca_path", "cert_path", "key_path", "server_name", "server_cert_path", "server_key_path",
        "client_ca_path", "allowed_clients", "store_roots", "allowed_dirs", "insecure_plaintext_listener",
    ];

    /// <summary>Splits the command line.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static Dictionary<string, string> Parse(IReadOnlyList<string> arguments) =>
        GoFlags.Parse(arguments, name => Booleans.Contains(name) ? true : Values.Contains(name) ? false : null);

    /// <summary>True where a boolean flag is set.</summary>
    /// <exception cref="UsageException">Its value is no boolean of Go's.</exception>
    public static bool IsSet(this IReadOnlyDictionary<string, string> flags, string name) => flags.GetValueOrDefault(name) switch
    {
        null or "false" or "f" or "F" or "0" or "False" or "FALSE" => false,
        "true" or "t" or "T" or "1" or "True" or "TRUE" => true,
        var other => throw new UsageException($"--{name}: '{other}' is neither true nor false"),
    };

    /// <summary>The settings that flags and environment amount to.</summary>
    /// <param name="flags">From <see cref="Parse"/>.</param>
    /// <param name="environment">Variables by name.</param>
    /// <param name="exists">Whether a file exists.</param>
    /// <exception cref="UsageException">A value cannot be used.</exception>
    public static AgentSettings Read(IReadOnlyDictionary<string, string> flags, Func<string, string?> environment, Func<string, bool> exists)
    {
        var files = TlsFiles.Resolve(ClientFiles(flags), environment);
        var plaintext = flags.TryGetValue("insecure_plaintext_listener", out var text) ? Address("insecure_plaintext_listener", text) : (HostAddress?)null;
        return new AgentSettings
        {
            Agent = Address("agent", flags.GetValueOrDefault("agent") ?? throw new UsageException("--agent is missing: give the address host:port of this agent, with the host name that this host's daemons have in SHOW HOSTS")),
            Metads = [.. List(flags.GetValueOrDefault("meta")).Select(item => Address("meta", item))],
            HeartbeatInterval = TimeSpan.FromSeconds(Number(flags, "hbs", 60, 1, LongestHeartbeat)),
            BytesPerSecond = Number(flags, "ratelimit", 0, 0, int.MaxValue) * BytesPerMegabit,
            Debug = flags.IsSet("debug"),
            MetaTls = flags.IsSet("enable_ssl") ? files : null,
            ListenerTls = ListenerFiles(flags, files, exists),
            AllowedClients = flags.TryGetValue("allowed_clients", out var clients) ? List(clients) : null,
            StoreRoots = Directories("store_roots", flags.GetValueOrDefault("store_roots") ?? environment(StoreRootsVariable)),
            AllowedDirectories = Directories("allowed_dirs", flags.GetValueOrDefault("allowed_dirs")),
            UpstreamCompat = flags.IsSet("upstream_compat") || plaintext is not null,
            PlaintextListener = plaintext,
        };
    }

    static TlsFiles ClientFiles(IReadOnlyDictionary<string, string> flags) => new(
        flags.GetValueOrDefault("ca_path", TlsFiles.Default.CaPath),
        flags.GetValueOrDefault("cert_path", TlsFiles.Default.CertPath!),
        flags.GetValueOrDefault("key_path", TlsFiles.Default.KeyPath!),
        ServerName: flags.GetValueOrDefault("server_name"),
        InsecureSkipVerify: flags.IsSet("insecure_skip_verify"));

    /// <summary>What is not given is the server pair beside the client's files, as nebula-certs lays them, else the client's: one certificate can serve both sides.</summary>
    static TlsFiles ListenerFiles(IReadOnlyDictionary<string, string> flags, TlsFiles client, Func<string, bool> exists)
    {
        if (flags.ContainsKey("server_cert_path") != flags.ContainsKey("server_key_path")) throw new UsageException("--server_cert_path and --server_key_path belong together");
        var (certificate, key) = flags.TryGetValue("server_cert_path", out var given) ? (given, flags["server_key_path"])
            : (Beside(client.CertPath!, "server.crt"), Beside(client.KeyPath!, "server.key")) is var pair && exists(pair.Item1) && exists(pair.Item2) ? pair
            : (client.CertPath!, client.KeyPath!);
        return new TlsFiles(flags.GetValueOrDefault("client_ca_path", client.CaPath), certificate, key);
    }

    static string Beside(string path, string name) => Path.Combine(Path.GetDirectoryName(path) ?? "/", name);

    static HostAddress Address(string flag, string text) =>
        HostAddress.TryParse(text, out var address) ? address : throw new UsageException($"--{flag}: '{text}' is no address; write host:port, for example 10.0.0.5:8888");

    static int Number(IReadOnlyDictionary<string, string> flags, string name, int fallback, int least, int most)
    {
        if (!flags.TryGetValue(name, out var text)) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"--{name}: '{text}' is no number from {least} to {most}");
    }

    static string[] List(string? text) => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static string[] Directories(string flag, string? text) => [.. List(text).Select(path => Directory(flag, path))];

    static string Directory(string flag, string path)
    {
        try
        {
            return PathRules.Normalize(path) is var plain and not "/" ? plain : throw new UsageException($"--{flag}: '/' would allow everything");
        }
        catch (AgentFailureException e)
        {
            throw new UsageException($"--{flag}: {e.Message}");
        }
    }
}
