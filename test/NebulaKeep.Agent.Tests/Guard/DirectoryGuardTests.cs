using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Tests.Support;

namespace NebulaKeep.Agent.Tests.Guard;

public sealed class DirectoryGuardTests : IDisposable
{
    readonly HostFolder host = new();

    DirectoryGuard Guard => host.Guard;

    [Fact]
    public void Data_directories_and_what_lies_in_them_are_allowed_whether_it_exists_or_not()
    {
        Guard.Data(host.Data + "/").ShouldBe(host.Data);
        Guard.Data($"{host.Data}/nebula/1/checkpoints").ShouldBe($"{host.Data}/nebula/1/checkpoints");
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    [InlineData("{data}2/x")]
    [InlineData("{data}/../outside/secret")]
    [InlineData("{data}/./x")]
    [InlineData("{root}")]
    [InlineData("{root}/bin/nebula-metad")]
    [InlineData("{store}/x")]
    [InlineData("{outside}/secret")]
    [InlineData("relative")]
    public void Everything_else_is_not(string path)
    {
        Refused(() => Guard.Data(Named(path)));
        Refused(() => Guard.BelowData(Named(path)));
        Refused(() => Guard.Movable(Named(path)));
        Refused(() => Guard.Readable(Named(path)));
    }

    [Fact]
    public void A_refusal_says_which_directories_there_are()
    {
        Refused(() => Guard.Data("/etc")).Message.ShouldContain(host.Data);
        var unknown = new DirectoryGuard(new Allowed());
        Refused(() => unknown.Data("/etc")).Message.ShouldContain("metad has not reported any daemon of this host yet");
    }

    [Fact]
    public void A_data_directory_itself_is_neither_moved_nor_removed()
    {
        Refused(() => Guard.BelowData(host.Data)).Message.ShouldContain("is or holds the directory");
        Refused(() => Guard.Movable(host.Data));
        Guard.BelowData($"{host.Data}/nebula").ShouldBe($"{host.Data}/nebula");
    }

    [Fact]
    public void What_holds_a_directory_of_a_daemon_is_neither_moved_nor_removed()
    {
        var guard = new DirectoryGuard(host.Allowed with { Data = [host.Path, $"{host.Path}/a/data"], Roots = [$"{host.Path}/b/root"] });

        Refused(() => guard.BelowData($"{host.Path}/a")).Message.ShouldContain("a/data");
        Refused(() => guard.Movable($"{host.Path}/b"));
        guard.BelowData($"{host.Path}/c").ShouldBe($"{host.Path}/c");
    }

    [Fact]
    public void In_a_root_only_the_cluster_id_is_moved()
    {
        Guard.Movable($"{host.Root}/cluster.id").ShouldBe($"{host.Root}/cluster.id");
        Guard.Movable($"{host.Root}/cluster.id_old_7").ShouldBe($"{host.Root}/cluster.id_old_7");
        Refused(() => Guard.Movable($"{host.Root}/cluster.id_old_/x"));
        Refused(() => Guard.Movable($"{host.Root}/cluster.idx"));
        Refused(() => Guard.Movable($"{host.Root}/etc"));
    }

    [Fact]
    public void The_journals_are_out_of_reach_even_where_a_root_is_a_data_directory()
    {
        var guard = new DirectoryGuard(host.Allowed with { Data = [host.Root] });

        foreach (var path in new[] { $"{host.Root}/.nebulakeep", $"{host.Root}/.nebulakeep/restore-1.journal" })
        {
            Refused(() => guard.Data(path)).Message.ShouldContain("journals");
            Refused(() => guard.Movable(path));
        }
    }

    [Fact]
    public void Links_are_refused_as_the_last_name_in_the_middle_and_when_they_lead_nowhere()
    {
        HostFolder.Link($"{host.Data}/dir", host.Outside);
        HostFolder.Link($"{host.Data}/file", $"{host.Outside}/secret");
        HostFolder.Link($"{host.Data}/broken", "/no/such/place");
        HostFolder.Link($"{host.Data}/inside", host.Data);

        foreach (var name in new[] { "dir", "dir/secret", "dir/new", "file", "broken", "broken/x", "inside/x" })
        {
            Refused(() => Guard.Data($"{host.Data}/{name}")).Message.ShouldContain("symbolic link");
            Refused(() => Guard.Movable($"{host.Data}/{name}"));
        }
    }

    [Fact]
    public void The_directory_that_metad_reported_may_itself_be_reached_through_a_link()
    {
        var link = HostFolder.Link($"{host.Path}/disk", host.Data);
        HostFolder.Write($"{host.Data}/x", "content");
        var guard = new DirectoryGuard(new Allowed { Data = [link] });

        guard.Data($"{link}/x").ShouldBe($"{link}/x");
        guard.Hold($"{link}/x")!.Use(File.ReadAllText).ShouldBe("content");
    }

    [Fact]
    public void A_pipe_is_refused()
    {
        HostFolder.MakePipe($"{host.Data}/pipe");
        Refused(() => Guard.Data($"{host.Data}/pipe"));
    }

    [Fact]
    public void Only_a_root_that_metad_reported_is_a_root()
    {
        Guard.Root(host.Root + "/").ShouldBe(host.Root);
        Refused(() => Guard.Root($"{host.Root}/sub"));
        Refused(() => Guard.Root(host.Data));
    }

    [Fact]
    public void Stores_lie_below_the_store_roots_given_at_start_only()
    {
        Guard.Store($"{host.Store}/a").ShouldBe($"{host.Store}/a");
        Guard.StoreRootOf($"{host.Store}/a").ShouldBe(host.Store);
        Refused(() => Guard.Store(host.Data)).Message.ShouldContain("--store_roots");
        Refused(() => Guard.Store($"{host.Store}/../outside"));
        HostFolder.Link($"{host.Store}/link", host.Outside);
        Refused(() => Guard.Store($"{host.Store}/link/x"));
    }

    public void Dispose() => host.Dispose();

    static AgentFailureException Refused(Func<object?> action) => action.ShouldBeRefused();

    string Named(string path) => path.Replace("{data}", host.Data).Replace("{root}", host.Root).Replace("{store}", host.Store).Replace("{outside}", host.Outside);
}
