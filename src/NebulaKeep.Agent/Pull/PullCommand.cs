using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Backup.Restores.Pulls;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Pull;

/// <summary><c>agent pull</c>: from a command line to fetched files and an exit status.</summary>
static class PullCommand
{
    /// <summary>Running it again cannot help: the backup is damaged or unfit, or the volume holds other data.</summary>
    public const int Hopeless = 3;

    /// <summary>Fetches, and returns when all is there.</summary>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<string, string?> environment, ILoggerFactory loggers, TextWriter output, CancellationToken cancellationToken)
    {
        var flags = PullFlags.Parse(arguments);
        if (flags.IsSet("help") || flags.IsSet("h"))
        {
            await output.WriteLineAsync(PullHelp.Text);
            return 0;
        }

        var settings = PullFlags.Read(flags, environment);
        var puller = new Puller(settings, store => ObjectStores.Open(store, loggers, TimeProvider.System), TimeProvider.System, loggers.CreateLogger<Puller>());
        // A host that has all needs nothing more of the restore, whatever of it is gone since.
        if (!File.Exists(settings.Plan) && PullMark.Read(settings.DataPaths[0]) is { IsDone: true }) return 0;
        await puller.RunAsync(ReadPlan(settings.Plan), cancellationToken);
        return 0;
    }

    /// <summary>The exit status that a failure gives.</summary>
    public static int StatusOf(Exception failure) => failure switch
    {
        RestoreRefusedException or ManifestException or RootException => Hopeless,
        AgentFailureException { Code: GrpcStatusCode.DataLoss or GrpcStatusCode.FailedPrecondition or GrpcStatusCode.AlreadyExists } => Hopeless,
        _ => 1,
    };

    static PullPlan ReadPlan(string path)
    {
        try
        {
            if (new FileInfo(path).Length > PullPlan.MaxBytes) throw new NebulaKeepException($"The plan {path} is larger than {PullPlan.MaxBytes} bytes.");
            return PullPlan.Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The plan of the restore cannot be read from {path}: {e.Message}", e);
        }
    }
}
