using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Layout;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Storage;

namespace NebulaKeep.DevCluster.Tests.Layout;

public sealed class ClusterPlanTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_host_has_one_folder_whatever_runs_on_it()
    {
        var plan = Plan() with { Graphds = [new("127.0.9.1", 9669)] };

        plan.Daemons.Select(daemon => daemon.Role).ShouldBe([DaemonRole.Metad, DaemonRole.Storaged, DaemonRole.Graphd]);
        plan.Hosts.ShouldBe(["127.0.9.1", "127.0.9.2"]);
        plan.Daemons[2].Root.ShouldBe(plan.Daemons[0].Root);
    }

    [Fact]
    public void A_daemon_understands_the_flag_file_that_is_written_for_it()
    {
        var plan = Plan() with { Certificates = "/certs", Flags = new Dictionary<string, string> { ["wal_ttl"] = "7" } };

        plan.Write("/bin/true");

        var (metad, storaged) = (plan.Daemons[0], plan.Daemons[1]);
        MetaOptions.FromFlags(DaemonFlags.Parse(["--flagfile", metad.FlagFile]), metad.Root).DataPath.ShouldBe($"{metad.Root}/data/meta");
        var flags = DaemonFlags.Parse(["--flagfile", storaged.FlagFile]);
        var options = StorageOptions.FromFlags(flags, storaged.Root);
        options.Address.ShouldBe(storaged.Address);
        options.DataPaths.ShouldBe([$"{storaged.Root}/data/storage0", $"{storaged.Root}/data/storage1"]);
        options.WalTtl.ShouldBe(TimeSpan.FromSeconds(7));
        TlsFlags.Read(DaemonRole.Storaged, flags, storaged.Root).Server!.CertPath.ShouldBe("/certs/server.crt");
        flags.Unknown.ShouldBeEmpty();
        File.ResolveLinkTarget(storaged.Program, returnFinalTarget: false)!.FullName.ShouldBe("/bin/true");
    }

    [Fact]
    public void Writing_again_changes_the_flags_and_keeps_the_rest()
    {
        Plan().Write("/bin/true");
        File.WriteAllText(folder["127.0.9.2/logs/old.log"], "kept");

        (Plan() with { DataPaths = 1 }).Write("/bin/true");

        File.ReadAllText(folder["127.0.9.2/etc/nebula-storaged.conf"]).ShouldContain("--data_path=data/storage0\n");
        File.Exists(folder["127.0.9.2/logs/old.log"]).ShouldBeTrue();
    }

    ClusterPlan Plan() => new() { Root = folder.Path, Metads = [new("127.0.9.1", 9559)], Storageds = [new HostAddress("127.0.9.2", 9779)] };
}
