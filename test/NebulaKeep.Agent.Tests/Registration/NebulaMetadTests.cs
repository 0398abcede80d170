using System.Net;
using System.Net.Sockets;
using NebulaKeep.Agent.Registration;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Rpc.AgentV1;
using HostRole = NebulaKeep.Nebula.Meta.HostRole;

namespace NebulaKeep.Agent.Tests.Registration;

/// <summary>Heartbeats over real connections: to whichever metad leads, whatever happens to the others.</summary>
public sealed class NebulaMetadTests
{
    static readonly HostAddress Agent = new("n1", 8888), Storaged = new("n1", 9779);
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_agent_registers_under_its_own_address_and_learns_its_hosts_daemons()
    {
        await using var metad = new FakeMetad();
        metad.Services = [
            FakeMetad.Service(HostRole.STORAGE, Storaged, "/nebula", "/d1", "/d2"),
            FakeMetad.Service(HostRole.GRAPH, new("n1", 9669), "/nebula"),
            FakeMetad.Service(HostRole.AGENT, Agent, ""),
        ];
        await using var client = Client(metad.Address);

        var report = await client.RegisterAsync(None);

        report.Missing.ShouldBeNull();
        report.Services.Select(service => (service.Role, service.Address.Port, service.Root)).ShouldBe([(Role.Storage, 9779, "/nebula"), (Role.Graph, 9669, "/nebula")]);
        report.Services[0].Data.ShouldBe(["/d1", "/d2"]);
        metad.Heartbeats.ShouldHaveSingleItem().Host.ToAddress().ShouldBe(Agent);
    }

    [Fact]
    public async Task A_metads_directories_are_asked_of_that_metad()
    {
        await using var leader = new FakeMetad();
        await using var other = new FakeMetad();
        leader.Services = [FakeMetad.Service(HostRole.META, other.Address, "", "")];
        await using var client = Client(leader.Address);

        var metad = (await client.RegisterAsync(None)).Services.ShouldHaveSingleItem();

        (metad.Role, metad.Root).ShouldBe((Role.Meta, $"/metad{other.Address.Port}"));
        metad.Data.ShouldBe(["data/meta"]);
    }

    [Fact]
    public async Task A_metad_that_is_down_does_not_hide_the_hosts_other_daemons()
    {
        await using var leader = new FakeMetad();
        var dead = DeadAddress();
        leader.Services = [FakeMetad.Service(HostRole.META, dead, "", ""), FakeMetad.Service(HostRole.STORAGE, Storaged, "/nebula", "/d1")];
        await using var client = Impatient(leader.Address);

        var report = await client.RegisterAsync(None);

        report.Services.ShouldHaveSingleItem().Address.ShouldBe(Storaged);
        report.Missing.ShouldNotBeNull().ShouldContain($"the directories of {dead} are not known");
    }

    [Fact]
    public async Task Any_metad_of_the_list_will_do()
    {
        await using var metad = new FakeMetad();
        await using var client = Client(DeadAddress(), DeadAddress(), metad.Address);

        await client.RegisterAsync(None);

        metad.Heartbeats.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_leader_is_followed_also_after_it_changed()
    {
        await using var first = new FakeMetad();
        await using var second = new FakeMetad { Leader = first.Address };
        await using var client = Client(second.Address);
        await client.RegisterAsync(None);

        (first.Leader, second.Leader) = (second.Address, null);
        await client.RegisterAsync(None);

        (first.Heartbeats.Count, second.Heartbeats.Count).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_metad_that_was_restarted_is_registered_with_by_the_very_next_heartbeat()
    {
        await using var before = new FakeMetad();
        var address = before.Address;
        await using var client = Impatient(address);
        await client.RegisterAsync(None);
        await before.DisposeAsync();
        await Should.ThrowAsync<NebulaKeepException>(client.RegisterAsync(None));

        await using var after = new FakeMetad(address.Port);
        await client.RegisterAsync(None);

        after.Heartbeats.Count.ShouldBe(1);
    }

    static NebulaMetad Client(params HostAddress[] addresses) => Client(TimeSpan.FromSeconds(30), addresses);

    /// <summary>For who meets a metad that does not come.</summary>
    static NebulaMetad Impatient(params HostAddress[] addresses) => Client(TimeSpan.FromSeconds(0.3), addresses);

    static NebulaMetad Client(TimeSpan patience, HostAddress[] addresses) => new(
        new MetaClient(new MetaClientOptions
        {
            Addresses = addresses,
            ClientAddress = Agent,
            Retry = new RetryOptions { RetryFor = patience, FirstDelay = TimeSpan.FromMilliseconds(10) },
        }),
        Agent, "test");

    static HostAddress DeadAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }
}
