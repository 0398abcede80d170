using NebulaKeep.Backup.Topology;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Wiring;
using NebulaKeep.ObjectStore;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.Br;

/// <summary>What the program takes from its surroundings, so that tests can give it others.</summary>
sealed record BrHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard output is a terminal: progress is a line that rewrites itself.</summary>
    public required bool IsTerminal { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Random Random { get; init; } = new();

    public Func<ConnectionSettings, ILoggerFactory, IClusterConnector> Connect { get; init; } = (settings, loggers) => new ClusterConnector(settings, loggers);

    public Func<StoreSettings, ILoggerFactory, IObjectStore> OpenStore { get; init; } = (settings, loggers) => ObjectStores.Open(settings, loggers, TimeProvider.System);

    public static BrHost OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        IsTerminal = !Console.IsOutputRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
    };
}
