using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>The containers beside the daemons.</summary>
public sealed class AgentTests
{
    [Fact]
    public void C1_The_agent_is_beside_every_daemon_with_a_certificate_and_no_plaintext_listener()
    {
        var cluster = ClusterCase.Of("spec: {enableBR: true, sslCerts: {clientSecret: client, caSecret: ca}}");

        foreach (var component in cluster.Components)
        {
            var agent = AgentContainer.Of(cluster, component);
            agent["args"]!.ToJsonString().ShouldNotContain("insecure");
            agent["args"]!.ToJsonString().ShouldNotContain("upstream_compat");
            Mounts(agent).ShouldContain("agent-certs at /usr/local/certs");
        }
    }

    [Fact]
    public void C1_The_agents_port_is_in_no_Service() =>
        ClusterObjects.All(ClusterCase.Of("spec: {enableBR: true}")).Where(item => item.Text("kind") == "Service").SelectMany(service => service.Items("spec", "ports"))
            .Select(port => port.Number("port")).ShouldNotContain(8888);

    [Theory]
    [InlineData("env: [{name: CA_CERT_PATH, value: /x}]")]
    [InlineData("volumeMounts: [{name: own, mountPath: /usr/local/certs/}]")]
    public void Certificates_of_the_user_are_left_alone(string agent) =>
        AgentCertificates.MountOf(ClusterCase.Of($"spec: {{enableBR: true, sslCerts: {{clientSecret: client}}, agent: {{{agent}}}}}")).ShouldBeNull();

    [Fact]
    public void A_name_that_looks_like_a_variable_is_taken_as_it_is()
    {
        var cluster = ClusterCase.Of("spec: {enableBR: true, sslCerts: {clientSecret: c, serverName: $(SECRET)}, metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}");

        AgentContainer.Of(cluster, cluster.Metad)["args"]!.AsArray().Select(argument => argument!.GetValue<string>()).ShouldContain("--server_name=$$(SECRET)");
    }

    [Fact]
    public void C15_The_log_rotation_sees_the_logs_and_nothing_is_privileged()
    {
        var cluster = ClusterCase.Of("spec: {logRotate: {}, coredumpPreservation: {}, metad: {logVolumeClaim: {resources: {requests: {storage: 1Gi}}}}}");
        var containers = StatefulSets.Of(cluster, cluster.Metad, "").Items("spec", "template", "spec", "containers").ToList();

        Mounts(containers.Single(container => container.Text("name") == "ng-logrotate")).ShouldContain("metad-log at /usr/local/nebula/logs");
        containers.Select(container => container.At("securityContext", "privileged")).ShouldAllBe(privileged => privileged == null);
        StatefulSets.Of(cluster, cluster.Metad, "").Items("spec", "template", "spec", "initContainers").ShouldBeEmpty();
    }

    [Fact]
    public void C8_The_identity_of_the_pods_has_no_rights() =>
        ClusterObjects.All(ClusterCase.Of("spec: {enableBR: true}")).Select(item => item.Text("kind")).Distinct().ShouldBe(["ServiceAccount", "Service", "ConfigMap", "StatefulSet"], ignoreOrder: true);

    static IReadOnlyList<string> Mounts(JsonObject container) => [.. container.Items("volumeMounts").Select(mount => $"{mount.Text("name")} at {mount.Text("mountPath")}")];
}
