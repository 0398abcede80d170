using System.Security.Authentication;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Security;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Services;

/// <summary>Everything that can be wrong with a certificate, against a whole agent, as br's client sees it.</summary>
public sealed class AgentTlsMatrixTests(PkiFixture keys) : IClassFixture<PkiFixture>
{
    static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, SslProtocols> Cells => [.. TlsMatrix.Cells];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_works_or_names_its_problem_to_the_client(string scenario, SslProtocols version)
    {
        var cell = TlsMatrix.Cell(scenario, version);
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with
        {
            ListenerTls = keys.Pki.Server(cell.Server),
            PlaintextListener = cell.ServerSpeaksTls ? null : settings.Agent,
        });
        await using var client = cell.ClientSpeaksTls
            ? agent.Client(keys.Pki.Client(cell.Client), cell.ClientSettings)
            : new AgentClient(agent.Address, new AgentClientOptions { Channel = new GrpcChannelOptions() });

        if (cell.ClientSpeaksTls && cell.Expected is null)
        {
            (await client.DescribeAsync(None)).Version.ShouldBe("test");
            return;
        }

        var failure = await Should.ThrowAsync<AgentException>(client.DescribeAsync(None));
        failure.Message.ShouldStartWith($"agent {agent.Address}: Describe: ");
        if (!cell.ClientSpeaksTls)
        {
            failure.Failure.ShouldBe(AgentFailure.Unreachable);
            return;
        }

        (failure.Failure, failure.IsTransient).ShouldBe((AgentFailure.Untrusted, false), failure.Message);
        failure.Message.ShouldContain("check that both certificates come from the same CA");
        ProblemOf(failure, agent.Address).ShouldBe(cell.Expected, failure.ToString());
    }

    [Fact]
    public async Task Only_clients_on_the_list_come_in()
    {
        var br = keys.Pki.Issue("br", new("br", Security.Issuing.CertificateUsage.Client, ["br"], Security.Issuing.Validity.From(TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1))));
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with { AllowedClients = ["br"] });
        await using var listed = agent.Client(br);
        await using var other = agent.Client(keys.Pki.Client());

        (await listed.DescribeAsync(None)).Version.ShouldBe("test");
        (await Should.ThrowAsync<AgentException>(other.DescribeAsync(None))).Failure.ShouldBe(AgentFailure.Untrusted);

        await Eventually.TrueAsync(() => agent.Log.Text.Contains(nameof(TlsProblem.NameNotAllowed), StringComparison.Ordinal), "the agent's log says why");
    }

    [Fact]
    public async Task An_empty_list_lets_nobody_in()
    {
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with { AllowedClients = [] });
        await using var client = agent.Client(keys.Pki.Client());

        (await Should.ThrowAsync<AgentException>(client.DescribeAsync(None))).Failure.ShouldBe(AgentFailure.Untrusted);
    }

    static TlsProblem? ProblemOf(Exception failure, HostAddress peer)
    {
        for (var e = failure.InnerException; e is not null; e = e.InnerException)
        {
            if (TlsFailures.Classify(e, peer) is { } tls) return tls.Problem;
        }

        return null;
    }
}
