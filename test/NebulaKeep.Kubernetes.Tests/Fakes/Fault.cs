namespace NebulaKeep.Kubernetes.Tests.Fakes;

/// <summary>What becomes of a connection after some bytes of the server's have come through.</summary>
enum Fault
{
    /// <summary>Both ends are reset.</summary>
    Cut,

    /// <summary>The client hears that no more will come, and may go on sending.</summary>
    CloseTowardsClient,

    /// <summary>The server hears that no more will come, and may go on sending.</summary>
    CloseTowardsServer,

    /// <summary>Bytes come in small pieces and late; then both ends are reset.</summary>
    Delay,

    /// <summary>It stays open, and nothing comes through any more.</summary>
    Freeze,
}
