using NebulaKeep.DevCluster.Workload;

namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>One cluster for the tests of a class; each test leaves it running and its data as it was.</summary>
public class ClusterFixture : IAsyncLifetime
{
    LocalCluster? cluster;

    /// <summary>In each of the two spaces.</summary>
    public const int Vertices = 3000;

    /// <summary>In each of the two spaces.</summary>
    public const int Edges = 4000;

    internal LocalCluster Cluster => cluster!;

    /// <summary>Limit of each agent's transfers; 0: none.</summary>
    protected virtual int Megabits => 0;

    /// <inheritdoc/>
    public virtual async ValueTask InitializeAsync()
    {
        cluster = await LocalCluster.StartAsync(Megabits);
        await cluster.LoadAsync(vertices: Vertices, edges: Edges);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>A cluster whose agents are slow, so that something can happen while they work.</summary>
public class SlowClusterFixture : ClusterFixture
{
    /// <inheritdoc/>
    protected override int Megabits => 5;
}

/// <summary>A slow cluster with a backup, and data that differs from it: only what was there last may come back.</summary>
public sealed class ChangedClusterFixture : SlowClusterFixture
{
    /// <summary>The backup.</summary>
    internal string Name { get; private set; } = "";

    internal IReadOnlyList<SpaceDigest> Before { get; private set; } = [];

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Name = await Cluster.BackupAsync();
        await Cluster.NgqlAsync("USE social", "INSERT VERTEX person(name) VALUES \"after\":(\"later\")");
        Before = await Cluster.DigestsAsync();
    }
}
