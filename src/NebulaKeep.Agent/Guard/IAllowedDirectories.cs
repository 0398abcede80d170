namespace NebulaKeep.Agent.Guard;

/// <summary>What the agent may touch, as known now; every path is normal (<see cref="PathRules.Normalize"/>).</summary>
interface IAllowedDirectories
{
    /// <summary>Data directories of this host's daemons.</summary>
    IReadOnlyList<string> Data { get; }

    /// <summary>Roots of this host's daemons.</summary>
    IReadOnlyList<string> Roots { get; }

    /// <summary>Where local stores may lie.</summary>
    IReadOnlyList<string> StoreRoots { get; }
}
