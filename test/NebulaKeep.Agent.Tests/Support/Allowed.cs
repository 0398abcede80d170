using NebulaKeep.Agent.Guard;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>Directories as a test wants them.</summary>
sealed record Allowed : IAllowedDirectories
{
    public IReadOnlyList<string> Data { get; init; } = [];

    public IReadOnlyList<string> Roots { get; init; } = [];

    public IReadOnlyList<string> StoreRoots { get; init; } = [];
}
