using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>What goes wrong is said where users look, and does no harm.</summary>
public sealed class ClusterTroubleTests
{
    [Fact]
    public void C2_Services_that_could_not_talk_to_each_other_are_not_made()
    {
        var world = new ClusterWorld("spec: {metad: {config: {enable_meta_ssl: \"true\"}}}").Settle();

        world.Pods.ShouldBeEmpty();
        world.Reason("Ready").ShouldBe("TLSMisconfigured");
        world.Is("TLSMisconfigured").ShouldBeTrue();
        world.Message("TLSMisconfigured").ShouldNotBeNull().ShouldContain("enable_meta_ssl is set in the config of metad and not in that of graphd and storaged");
        world.Events.ShouldContain(happened => happened.IsWarning && happened.Reason == "TLSMisconfigured");
        world.Patch("spec: {metad: {config: {enable_meta_ssl: \"false\"}}}");
        world.Settle();
        world.Is("Ready").ShouldBeTrue();
        world.Is("TLSMisconfigured").ShouldBeFalse();
    }

    [Fact]
    public void Agents_that_get_no_certificate_are_told_also_without_TLS()
    {
        var world = new ClusterWorld("spec: {enableBR: true}").Settle();
        world.Reason("AgentCertificate").ShouldBe("NoCertificate");
        world.Message("AgentCertificate").ShouldNotBeNull().ShouldContain("spec.sslCerts.clientSecret");

        world.Patch("spec: {sslCerts: {clientSecret: client}}");
        world.Settle();

        world.Is("AgentCertificate").ShouldBeTrue();
        new ClusterWorld().Settle().Reason("AgentCertificate").ShouldBeNull("no agents are to run");
        new ClusterWorld("spec: {enableBR: true, agent: {env: [{name: CLIENT_CERT_PATH, value: /c}]}}").Settle().Reason("AgentCertificate").ShouldBeNull("the user brings it");
    }

    [Fact]
    public void C16_TLS_is_never_switched_pod_by_pod()
    {
        var world = new ClusterWorld().Settle();

        world.Patch("spec: {sslCerts: {clientSecret: client}, metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}");
        world.Settle();
        world.Done.ShouldNotContain(what => what.StartsWith("restart", StringComparison.Ordinal));
        world.Reason("Ready").ShouldBe("TLSSwitchNeedsSuspend");
        world.Message("Ready").ShouldNotBeNull().ShouldContain("set spec.suspend to true");
        world.Patch("spec: {suspend: true}");
        world.Settle();
        world.Pods.ShouldBeEmpty();
        world.Patch("spec: {suspend: false}");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Set("metad").Text("metadata", "annotations", "apps.nebula-graph.io/tls").ShouldBe("all");
    }

    [Theory]
    [InlineData(true, false, "ClientsNotVerified")]
    [InlineData(false, true, "ClientsVerified")]
    public void C3_Daemons_that_verify_no_clients_are_named(bool acceptsStrangers, bool isMutual, string reason)
    {
        var world = new ClusterWorld("spec: {sslCerts: {clientSecret: client}, metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}");
        world.Daemons.AcceptsStrangers = acceptsStrangers;

        world.Settle();

        world.Is("MutualTLS").ShouldBe(isMutual);
        world.Reason("MutualTLS").ShouldBe(reason);
        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void C12_What_the_API_server_refuses_is_in_the_status()
    {
        var world = new ClusterWorld { Refuses = item => item.Text("kind") == "StatefulSet" ? "statefulsets.apps is forbidden: exceeded quota" : null }.Settle();

        world.Reason("Ready").ShouldBe("Refused");
        world.Message("Ready").ShouldNotBeNull().ShouldContain("exceeded quota");
        world.Events.ShouldContain(happened => happened.IsWarning && happened.Reason == "Refused");
        world.Refuses = _ => null;
        world.Settle();
        world.Is("Ready").ShouldBeTrue();
    }

    [Fact]
    public void C12_Each_service_has_its_condition_and_each_change_of_readiness_its_event()
    {
        var world = new ClusterWorld { Lets = pod => !pod.Key().Name.Contains("graphd") }.Settle();

        world.Is("MetadReady").ShouldBeTrue();
        world.Is("StoragedReady").ShouldBeTrue();
        world.Is("GraphdReady").ShouldBeFalse();
        world.Reason("Ready").ShouldBe("GraphdUnhealthy");
        world.Message("GraphdReady").ShouldBe("0 of 1 pods are ready");
        world.Lets = _ => true;
        world.Settle();

        world.Events.Select(happened => happened.Reason).ShouldBe(["GraphdUnhealthy", "Ready"], ignoreOrder: false);
    }

    [Fact]
    public void C11_A_meta_service_that_cannot_be_asked_says_why()
    {
        var world = new ClusterWorld();
        world.Daemons.Problem = "TLS with nebula-metad-0 failed: expired";

        world.Settle();
        world.Is("Ready").ShouldBeFalse();
        world.Reason("MetaReachable").ShouldBe("NoAnswer");
        world.Message("MetaReachable").ShouldNotBeNull().ShouldContain("expired");
        world.Daemons.Problem = null;
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Is("MetaReachable").ShouldBeTrue();
    }

    [Fact]
    public void C5_Ignored_fields_are_in_a_condition_and_harm_nothing()
    {
        var world = new ClusterWorld("spec: {exporter: {image: x}}").Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Message("FieldsIgnored").ShouldNotBeNull().ShouldContain("exporter");
    }

    [Fact]
    public void A_cluster_that_another_operator_runs_is_left_alone_until_it_is_suspended_there()
    {
        var world = new ClusterWorld().Settle();
        ((System.Text.Json.Nodes.JsonObject)world.Set("metad")!["metadata"]!["annotations"]!).Remove("apps.nebula-graph.io/applied");
        var done = world.Done.Count;

        world.Patch("spec: {enableBR: true}");
        world.Settle();
        world.Done.Count.ShouldBe(done);
        world.Forget("metad");
        world.Settle();

        world.Is("Ready").ShouldBeTrue();
        world.Set("metad").Items("spec", "template", "spec", "containers").Count().ShouldBe(2);
    }

    [Fact]
    public void A_cluster_that_makes_no_sense_is_told_and_can_be_deleted()
    {
        var world = new ClusterWorld();
        world.Cluster["spec"]!["metad"]!["replicas"] = "three";

        world.Settle();
        world.Reason("Ready").ShouldBe("InvalidSpec");
        world.Cluster["metadata"]!["finalizers"] = new System.Text.Json.Nodes.JsonArray("apps.nebula-graph.io/cluster-cleanup");
        world.Delete();
        world.Settle();

        world.IsGone.ShouldBeTrue();
    }
}
