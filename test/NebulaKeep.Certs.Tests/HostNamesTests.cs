namespace NebulaKeep.Certs.Tests;

public sealed class HostNamesTests
{
    [Fact]
    public void A_pod_of_a_StatefulSet_finds_its_full_name_and_that_of_all_its_pods()
    {
        string[] hosts =
        [
            "# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", "",
            "10.244.0.7\tnebula-metad-0.nebula-metad-headless.default.svc.cluster.local\tnebula-metad-0   # the pod",
        ];

        HostNames.Of("nebula-metad-0", hosts).ShouldBe(["nebula-metad-0.nebula-metad-headless.default.svc.cluster.local", "nebula-metad-headless.default.svc.cluster.local", "nebula-metad-0"]);
    }

    [Fact]
    public void A_host_that_no_line_names_has_its_own_name() =>
        HostNames.Of("operator-7d9", ["127.0.0.1 localhost", "10.0.0.1 operator-7d9-other"]).ShouldBe(["operator-7d9"]);
}
