using NebulaKeep.Agent.Registration;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Tests.Registration;

public sealed class HostDirectoriesTests
{
    static readonly HostAddress Storaged = new("n1", 9779), Metad = new("n1", 9559);
    readonly HostDirectories directories = new(["/extra"], ["/store"]);

    [Fact]
    public void Before_the_first_report_only_the_flags_count()
    {
        directories.Data.ShouldBe(["/extra"]);
        directories.Roots.ShouldBe(["/extra"]);
        directories.StoreRoots.ShouldBe(["/store"]);
    }

    [Fact]
    public void Relative_data_paths_lie_below_the_root()
    {
        directories.Learn([new HostService(Role.Storage, Storaged, "/nebula/", ["data/storage", "/disk2/"])]);

        directories.Data.ShouldBe(["/nebula/data/storage", "/disk2", "/extra"]);
        directories.Roots.ShouldBe(["/nebula", "/extra"]);
    }

    [Fact]
    public void What_was_reported_once_stays_allowed_while_metad_knows_nothing()
    {
        directories.Learn([Service("/nebula", "/d1")]);
        directories.Learn([]);

        directories.Data.ShouldContain("/d1");
    }

    [Fact]
    public void A_daemon_that_moved_replaces_its_old_entry()
    {
        directories.Learn([Service("/old", "/d1"), new HostService(Role.Meta, Metad, "/meta", ["/m"])]);
        directories.Learn([Service("/new", "/d2")]);

        directories.Data.ShouldBe(["/m", "/d2", "/extra"], ignoreOrder: true);
        directories.Roots.ShouldNotContain("/old");
    }

    [Theory]
    [InlineData("/", "/d1")]
    [InlineData("relative", "/d1")]
    [InlineData("", "/d1")]
    [InlineData("/nebula/../etc", "/d1")]
    public void A_report_with_an_impossible_root_is_not_believed(string root, string data)
    {
        directories.Learn([Service(root, data)]);

        directories.Data.ShouldBe(["/extra"]);
        directories.Services.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../../etc")]
    [InlineData("/d/../../etc")]
    public void A_data_path_that_leads_elsewhere_is_not_believed(string data)
    {
        directories.Learn([Service("/nebula", data)]);

        directories.Data.ShouldBe(["/extra"]);
    }

    static HostService Service(string root, string data) => new(Role.Storage, Storaged, root, [data]);
}
