using NebulaKeep.Backup.Topology;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.Backup.Tests.Topology;

public sealed class TopologyReaderTests
{
    static readonly Dictionary<HostAddress, DirInfo> MetadDirectories = new() { [new HostAddress("n1", 9559)] = new DirInfo { Root = "/srv", Data = ["/srv/meta"] } };

    [Fact]
    public void Daemons_are_ordered_by_address_with_their_directories()
    {
        var topology = TopologyReader.Build([Agent("n2"), Agent("n1"), Storage("n2", "/b/", "/a"), Storage("n1", "/a"), Service(HostRole.META, "n1", 9559)], MetadDirectories);

        topology.Storageds.Select(s => s.ToString()).ShouldBe(["storaged n1:9779", "storaged n2:9779"]);
        topology.Storageds[1].DataPaths.ShouldBe(["/b", "/a"]);
        topology.Metads[0].DataPaths.ShouldBe(["/srv/meta"]);
        topology.StopOrder.Select(d => d.Role).ShouldBe([DaemonRole.Storage, DaemonRole.Storage, DaemonRole.Meta]);
    }

    [Fact]
    public void A_host_without_agent_is_named() =>
        Should.Throw<NebulaKeepException>(() => TopologyReader.Build([Storage("n1", "/a")], MetadDirectories)).Message.ShouldContain("host n1");

    [Fact]
    public void Two_agents_on_a_host_are_refused() =>
        Should.Throw<NebulaKeepException>(() => TopologyReader.Build([Agent("n1"), Service(HostRole.AGENT, "n1", 8889)], MetadDirectories)).Message.ShouldContain("two agents");

    [Theory]
    [InlineData("relative")]
    [InlineData("")]
    [InlineData("/a/../../etc")]
    public void Directories_that_are_not_absolute_are_refused(string path) =>
        Should.Throw<NebulaKeepException>(() => TopologyReader.Build([Agent("n1"), Storage("n1", path)], MetadDirectories)).Message.ShouldContain("storaged n1:9779");

    [Fact]
    public void The_key_of_a_cluster_does_not_depend_on_the_order_of_the_answer()
    {
        ServiceInfo[] services = [Agent("n1"), Agent("n2"), Storage("n1", "/a"), Storage("n2", "/a"), Service(HostRole.META, "n1", 9559)];

        TopologyReader.Build([.. services.Reverse()], MetadDirectories).Key.ShouldBe(TopologyReader.Build(services, MetadDirectories).Key);
        TopologyReader.Build(services, MetadDirectories).Key.Length.ShouldBe(16);
    }

    static ServiceInfo Agent(string host) => Service(HostRole.AGENT, host, 8888);

    static ServiceInfo Storage(string host, params string[] data) => Service(HostRole.STORAGE, host, 9779) with { Dir = new DirInfo { Root = "/srv", Data = data } };

    static ServiceInfo Service(HostRole role, string host, int port) => new() { Role = role, Addr = new HostAddr { Host = host, Port = port } };
}
