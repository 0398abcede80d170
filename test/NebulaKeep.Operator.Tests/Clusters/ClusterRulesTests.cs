using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>What is wrong with a spec is said in a sentence that names the field.</summary>
public sealed class ClusterRulesTests
{
    [Theory]
    [InlineData("spec: {metad: {config: {port: http}}}", "spec.metad.config.port: 'http' is not a port")]
    [InlineData("spec: {storaged: {config: {port: \"1\"}}}", "spec.storaged.config.port: '1' is not a port")]
    [InlineData("spec: {graphd: {config: {ws_http_port: \"70000\"}}}", "spec.graphd.config.ws_http_port: '70000' is not a port")]
    [InlineData("spec: {storaged: {config: {port: \"19779\"}}}", "port and ws_http_port are both 19779")]
    [InlineData("spec: {metad: {dataVolumeClaim: {resources: null}}}", "spec.metad: the claim of the volume metad-data needs a size")]
    [InlineData("spec: {storaged: {dataVolumeClaims: [{resources: {requests: {storage: much}}}]}}", "spec.storaged: the claim of the volume storaged-data needs a size")]
    [InlineData("spec: {graphd: {logVolumeClaim: {}}}", "spec.graphd: the claim of the volume graphd-log needs a size")]
    public void C10_What_made_upstream_panic_is_a_sentence(string patch, string problem) => Only(patch).ShouldContain(problem);

    [Theory]
    [InlineData("spec: {metad: {config: {v: \"0\\n--enable_ssl=true\"}}}", "spec.metad.config.v: a value is one line")]
    [InlineData("spec: {metad: {config: {\"v=1\\n--x\": \"0\"}}}", "is not the name of a flag")]
    [InlineData("spec: {metad: {config: {--v: \"0\"}}}", "spec.metad.config: '--v' is not the name of a flag")]
    public void A_value_of_a_flag_cannot_bring_other_flags(string patch, string problem) => Only(patch).ShouldContain(problem);

    [Theory]
    [InlineData("spec: {enableBR: true, sslCerts: {}, metad: {config: {enable_ssl: \"1\"}}, storaged: {config: {enable_ssl: \"1\"}}, graphd: {config: {enable_ssl: \"1\"}}}", "The agents need a certificate")]
    [InlineData("spec: {sslCerts: {autoMountServerCerts: true}}", "spec.sslCerts.serverSecret names no Secret")]
    [InlineData("spec: {agent: {heartbeatInterval: 300}}", "spec.agent.heartbeatInterval")]
    public void C6_Certificates_that_are_missing_are_said_before_a_pod_is_made(string patch, string problem) => Only(patch).ShouldContain(problem);

    [Theory]
    [InlineData("spec: {reference: {name: statefulsets.apps.kruise.io}}", "spec.reference.name")]
    [InlineData("spec: {graphd: {volumes: [{name: configuration, emptyDir: {}}]}}", "spec.graphd.volumes: the operator makes a volume configuration itself")]
    [InlineData("spec: {metad: {volumes: [{name: metad-data, emptyDir: {}}]}}", "spec.metad.volumes: the operator makes a volume metad-data itself")]
    [InlineData("metadata: {name: a-name-that-is-much-too-long-for-the-names-of-its-pods}", "metadata.name")]
    public void What_cannot_be_made_is_refused(string patch, string problem) => Only(patch).ShouldContain(problem);

    [Fact]
    public void C6_Each_field_of_the_agent_has_its_own_default()
    {
        static string Image(string agent) => AgentContainer.Of(ClusterCase.Of($"spec: {{enableBR: true, agent: {agent}}}"), ClusterCase.Of("spec: {enableBR: true}").Graphd)["image"]!.GetValue<string>();

        Image("{rateLimit: 5}").ShouldBe("vesoft/nebula-agent:latest");
        Image("{version: v1}").ShouldBe("vesoft/nebula-agent:v1");
        Image("{image: own}").ShouldBe("own:latest");
    }

    [Fact]
    public void C5_Fields_that_are_not_acted_upon_are_named() =>
        IgnoredFields.Of(ClusterCase.Of("spec: {enableAutoFailover: true, exporter: {image: x}, console: {}, coredumpPreservation: {}, logRotate: {}, metad: {service: {type: NodePort}, config: {zone_list: a}}, storaged: {concurrentTransfer: true}}"))
            .ShouldBe(["enableAutoFailover", "exporter", "console", "coredumpPreservation", "logRotate (there is no log volume)", "storaged.concurrentTransfer", "metad.config.zone_list (as a flag it is passed on; zones are not managed)", "metad.service beside its annotations (the Service is headless)"]);

    [Fact]
    public void C5_An_ordinary_cluster_has_none() => IgnoredFields.Of(ClusterCase.Of("spec: {enableBR: true}")).ShouldBeEmpty();

    [Theory]
    [InlineData("spec: {storaged: {config: {enable_storage_ssl: \"true\"}}}", "enable_storage_ssl is set in the config of storaged and not in that of graphd and metad")]
    [InlineData("spec: {metad: {config: {enable_meta_ssl: \"1\"}}, graphd: {config: {enable_meta_ssl: \"yes\"}}}", "enable_meta_ssl is set in the config of graphd and metad and not in that of storaged")]
    public void C2_A_flag_that_only_some_services_have_is_named(string patch, string problem) => ClusterCase.Of(patch).Tls.Problem.ShouldNotBeNull().ShouldContain(problem);

    [Fact]
    public void Volumes_and_the_number_of_metads_are_settled_when_the_pods_are_made()
    {
        var made = ClusterCase.Of();
        var set = StatefulSets.Of(made, made.Metad, "");

        ClusterRules.Frozen(made.Metad, set).ShouldBeNull();
        ClusterRules.Frozen(ClusterCase.Of("spec: {metad: {replicas: 5}}").Metad, set).ShouldNotBeNull().ShouldContain("cannot change from 3 to 5");
        ClusterRules.Frozen(ClusterCase.Of("spec: {metad: {logVolumeClaim: {resources: {requests: {storage: 1Gi}}}}}").Metad, set).ShouldNotBeNull().ShouldContain("metad-data, metad-log");
    }

    static string Only(string patch) => ClusterRules.Problems(ClusterCase.Of(patch)).ShouldHaveSingleItem();
}
