using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Agent.Cli;

/// <summary>What the command line and the environment say; see <see cref="AgentFlags"/> for their names.</summary>
sealed record AgentSettings
{
    /// <summary>Where the agent listens, and who it is for metad. The host is the text that metad has for this host's daemons.</summary>
    public required HostAddress Agent { get; init; }

    /// <summary>Metads to register with; none: no heartbeats.</summary>
    public IReadOnlyList<HostAddress> Metads { get; init; } = [];

    /// <summary>Between heartbeats.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second for all transfers together; 0: no limit.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>Logs debug messages.</summary>
    public bool Debug { get; init; }

    /// <summary>TLS towards metad, or null.</summary>
    public TlsFiles? MetaTls { get; init; }

    /// <summary>The files of the listener.</summary>
    public required TlsFiles ListenerTls { get; init; }

    /// <summary>Names of clients that may come in; null: every client of the CA.</summary>
    public IReadOnlyList<string>? AllowedClients { get; init; }

    /// <summary>Where local stores may lie.</summary>
    public IReadOnlyList<string> StoreRoots { get; init; } = [];

    /// <summary>Directories besides those that metad reports.</summary>
    public IReadOnlyList<string> AllowedDirectories { get; init; } = [];

    /// <summary>Serves upstream's methods.</summary>
    public bool UpstreamCompat { get; init; }

    /// <summary>Where upstream's methods are served without TLS; null: nowhere.</summary>
    public HostAddress? PlaintextListener { get; init; }

    /// <summary>True where the only port is the plaintext one.</summary>
    public bool IsPlaintextOnly => PlaintextListener == Agent;
}
