using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;

namespace NebulaKeep.DevCluster.Tests.Hosting;

public sealed class ListenAddressTests
{
    [Fact]
    public void An_address_is_listened_on_alone_and_a_name_means_all_addresses()
    {
        ListenAddress.Of(new HostAddress("127.3.2.1", 9559), -1).ShouldBe(new IPEndPoint(IPAddress.Parse("127.3.2.1"), 9558));
        ListenAddress.Of(new HostAddress("nebula-metad-0.nebula-metad-headless", 9559)).ShouldBe(new IPEndPoint(IPAddress.Any, 9559));
    }

    [Fact]
    public async Task Daemons_that_listen_everywhere_are_known_by_their_name()
    {
        using var folder = new TemporaryFolder();
        var environment = new DaemonEnvironment(folder.Path, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        var address = new HostAddress("localhost", 0);
        await using var metad = MetaDaemon.Start(new MetaOptions { Address = address, Peers = [address], DataPath = folder["meta"] }, environment);
        await using var graphd = GraphDaemon.Start(new GraphOptions { Address = address, Metads = [metad.Address] }, environment);

        metad.Address.Host.ShouldBe("localhost");
        graphd.Address.Host.ShouldBe("localhost");
        graphd.Address.Port.ShouldBeGreaterThan(0);
    }
}
