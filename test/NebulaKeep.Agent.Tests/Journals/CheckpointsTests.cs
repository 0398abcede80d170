using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;

namespace NebulaKeep.Agent.Tests.Journals;

public sealed class CheckpointsTests : IDisposable
{
    static readonly BackupName Name = BackupName.Parse("BACKUP_2026_11_22_08_05_13");
    readonly HostFolder host = new();
    readonly Checkpoints checkpoints;

    public CheckpointsTests() => checkpoints = new Checkpoints(host.Guard, host.Allowed, new MoveDisk(host.Guard));

    [Fact]
    public void Only_the_checkpoints_of_that_backup_are_removed()
    {
        HostFolder.Write($"{host.Data}/nebula/1/checkpoints/{Name}/data/a.sst", "x");
        HostFolder.Write($"{host.Data}/nebula/2/checkpoints/{Name}/wal/1/a.wal", "x");
        var kept = new[]
        {
            HostFolder.Write($"{host.Data}/nebula/1/checkpoints/BACKUP_2026_11_22_08_05_14/a", "x"),
            HostFolder.Write($"{host.Data}/nebula/1/data/a.sst", "x"),
            HostFolder.Write($"{host.Data}/{Name}/a", "x"),
        };

        checkpoints.Remove(Name, CancellationToken.None).ShouldBe([$"{host.Data}/nebula/1/checkpoints/{Name}", $"{host.Data}/nebula/2/checkpoints/{Name}"], ignoreOrder: true);

        kept.ShouldAllBe(file => File.Exists(file));
        Directory.GetDirectories($"{host.Data}/nebula/2/checkpoints").ShouldBeEmpty();
        checkpoints.Remove(Name, CancellationToken.None).ShouldBeEmpty();
    }

    [Fact]
    public void A_space_that_is_a_link_is_refused_and_what_it_points_to_stays()
    {
        HostFolder.Write($"{host.Outside}/checkpoints/{Name}/a", "x");
        Directory.CreateDirectory($"{host.Data}/nebula");
        HostFolder.Link($"{host.Data}/nebula/1", host.Outside);

        ((Func<object?>)(() => checkpoints.Remove(Name, CancellationToken.None))).ShouldBeRefused();

        File.Exists($"{host.Outside}/checkpoints/{Name}/a").ShouldBeTrue();
    }

    public void Dispose() => host.Dispose();
}
