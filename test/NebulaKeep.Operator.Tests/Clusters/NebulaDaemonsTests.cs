using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Security;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>The operator's calls over Thrift and real mutual TLS, with certificates out of Secrets.</summary>
public sealed class NebulaDaemonsTests : IAsyncDisposable
{
    readonly TestPki pki = new();
    readonly TlsDaemons daemons;

    public NebulaDaemonsTests() => daemons = new TlsDaemons(pki);

    [Fact]
    public async Task The_meta_service_tells_of_hosts_spaces_and_jobs()
    {
        var answer = await daemons.Door.LookAsync(daemons.Cluster, new BalanceJob(1, 7), CancellationToken.None);

        answer.ShouldSatisfyAllConditions(
            () => answer.Version.ShouldBe("3.8.0"),
            () => answer.Spaces.ShouldBe([new GraphSpace(1, "a", 3)]),
            () => answer.Storages[new HostAddress("s1", 9779)]["a"].ShouldBe(2),
            () => answer.Storages[new HostAddress("s2", 9779)].ShouldBeEmpty(),
            () => answer.Job.ShouldBe(JobStatus.RUNNING),
            () => answer.AcceptsStrangers.ShouldBe(false));
    }

    [Fact]
    public async Task C3_Daemons_that_ask_for_no_certificate_are_found_out()
    {
        await using var community = new TlsDaemons(pki, ClientCertificates.None);

        (await community.Door.LookAsync(community.Cluster, null, CancellationToken.None)).AcceptsStrangers.ShouldBe(true);
    }

    [Fact]
    public async Task Hosts_that_are_registered_already_are_no_error()
    {
        await daemons.Door.AddHostsAsync(daemons.Cluster, [new("s1", 9779)], CancellationToken.None);
        await daemons.Door.DropHostsAsync(daemons.Cluster, [new("s1", 9779)], CancellationToken.None);

        daemons.Calls.ShouldBe(["add 1", "drop 1"]);
    }

    [Fact]
    public async Task Jobs_are_submitted_and_taken_up_again()
    {
        (await daemons.Door.SubmitAsync(daemons.Cluster, 1, JobType.LEADER_BALANCE, [], CancellationToken.None)).ShouldBe(7);
        (await daemons.Door.SubmitAsync(daemons.Cluster, 1, JobType.ZONE_BALANCE, ["\"s1\":9779"], CancellationToken.None)).ShouldBeNull("all is balanced");
        await daemons.Door.RecoverAsync(daemons.Cluster, new BalanceJob(1, 7), CancellationToken.None);

        daemons.Calls.ShouldBe(["ADD LEADER_BALANCE", "ADD ZONE_BALANCE \"s1\":9779", "RECOVER ZONE_BALANCE 7"]);
    }

    [Fact]
    public async Task Leaders_go_to_other_replicas_and_stay_where_there_is_none()
    {
        (await daemons.Door.MoveLeadersAsync(daemons.Cluster, daemons.Storage, CancellationToken.None)).ShouldBeTrue();

        daemons.Calls.ShouldBe(["part 1 to s2", "part 2 to s1"]);
    }

    [Fact]
    public async Task A_metad_is_told_to_take_in_its_tables()
    {
        await daemons.Door.GreetMetadAsync(daemons.Cluster, 0, CancellationToken.None);
        await daemons.Door.RestoreMetaAsync(daemons.Cluster, 0, ["/a.sst", "/b.sst"], [(new("old", 9779), new("new", 9779))], CancellationToken.None);

        daemons.Calls.ShouldBe(["restore /a.sst /b.sst old>new"]);
        (await daemons.Door.MissingLeadersAsync(daemons.Cluster, new Dictionary<string, int> { ["a"] = 2, ["b"] = 1 }, CancellationToken.None)).ShouldBe("a has 0 of 2, b has 0 of 1");
    }

    /// <summary>A restore says then which names the certificate must have.</summary>
    [Fact]
    public async Task A_certificate_that_does_not_name_the_host_is_known_as_such_before_a_metad_is_told_anything()
    {
        var other = ClusterCase.Of("spec: {sslCerts: {clientSecret: client, caSecret: ca, serverName: elsewhere}, metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}");

        await Should.ThrowAsync<TlsFailureException>(() => daemons.Door.GreetMetadAsync(other, 0, CancellationToken.None));
        await Should.ThrowAsync<TlsFailureException>(() => daemons.Door.RestoreMetaAsync(other, 0, ["/a.sst"], [], CancellationToken.None));

        daemons.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task C11_A_renewed_certificate_in_the_Secret_is_used_by_the_next_call()
    {
        var expired = pki.Client(CertificateFault.Expired);
        var good = daemons.Secrets["client"];
        daemons.Secrets["client"] = daemons.Secret("client", ("tls.crt", expired.CertPath!), ("tls.key", expired.KeyPath!));
        await Should.ThrowAsync<NebulaKeepException>(() => daemons.Door.LookAsync(daemons.Cluster, null, CancellationToken.None));

        daemons.Secrets["client"] = good;

        (await daemons.Door.LookAsync(daemons.Cluster, null, CancellationToken.None)).Version.ShouldBe("3.8.0");
    }

    [Theory]
    [InlineData("client", "There is no Secret default/client, which spec.sslCerts.clientSecret of the cluster default/nebula names.")]
    [InlineData("ca", "There is no Secret default/ca, which spec.sslCerts.caSecret of the cluster default/nebula names.")]
    public async Task C6_A_missing_Secret_is_named(string name, string message)
    {
        daemons.Secrets.Remove(name);

        (await Should.ThrowAsync<NebulaKeepException>(() => daemons.Door.LookAsync(daemons.Cluster, null, CancellationToken.None))).Message.ShouldBe(message);
    }

    [Fact]
    public async Task C6_A_missing_key_of_a_Secret_is_named_and_a_cluster_without_any_is_told_what_to_do()
    {
        daemons.Secrets["ca"]["data"] = new System.Text.Json.Nodes.JsonObject();
        (await Should.ThrowAsync<NebulaKeepException>(() => daemons.Door.LookAsync(daemons.Cluster, null, CancellationToken.None))).Message.ShouldContain("Secret default/ca, key ca.crt");

        var without = ClusterCase.Of("spec: {metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}");
        (await Should.ThrowAsync<NebulaKeepException>(() => daemons.Door.LookAsync(without, null, CancellationToken.None))).Message.ShouldContain("spec.sslCerts.clientSecret");
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_named_by_its_Secret_and_not_shown()
    {
        var text = Path.Combine(pki.Folder, "nonsense");
        await File.WriteAllTextAsync(text, "canary");
        daemons.Secrets["client"] = daemons.Secret("client", ("tls.crt", text), ("tls.key", text));

        var problem = await Should.ThrowAsync<NebulaKeepException>(() => daemons.Door.LookAsync(daemons.Cluster, null, CancellationToken.None));
        problem.Message.ShouldContain("Secret default/client, key tls.crt");
        problem.ToString().ShouldNotContain("canary");
    }

    public async ValueTask DisposeAsync()
    {
        await daemons.DisposeAsync();
        pki.Dispose();
    }
}
