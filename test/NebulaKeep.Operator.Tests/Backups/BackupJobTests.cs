using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;
using NebulaKeep.Operator.Backups.Desired;

namespace NebulaKeep.Operator.Tests.Backups;

/// <summary>Each folder under <c>Cases</c>: a backup, its cluster, perhaps a policy, and the Job that is wanted.</summary>
public sealed class BackupJobTests
{
    const string Area = "Backups";

    public static TheoryData<string> Cases => Golden.Cases(Area);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_Job_is_as_wanted(string name) => Golden.Check(Area, name, "job.yaml", Make(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Br_is_started_without_a_shell_and_every_credential_is_a_reference(string name)
    {
        var br = Make(name).Items("spec", "template", "spec", "containers").Single(container => container.Text("name") == "ng-backup");

        br["command"]!.ToJsonString().ShouldBe("""["/usr/local/bin/br-ent"]""");
        foreach (var variable in br.Items("env").Where(variable => variable.Text("name")!.StartsWith("AWS_", StringComparison.Ordinal) && variable.Text("name") != "AWS_CA_BUNDLE"))
            variable.Text("valueFrom", "secretKeyRef", "key").ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_pod_has_no_rights_in_Kubernetes(string name)
    {
        var pod = Make(name).At("spec", "template", "spec");

        pod.At("automountServiceAccountToken")!.GetValue<bool>().ShouldBeFalse();
        pod.Text("serviceAccountName").ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Names_and_labels_fit_into_what_Kubernetes_takes(string name)
    {
        var job = Make(name);

        job.Key().Name.Length.ShouldBeLessThanOrEqualTo(63);
        ((JsonObject)job.At("metadata", "labels")!).ShouldAllBe(label => label.Value!.GetValue<string>().Length <= 63);
    }

    static JsonObject Make(string name)
    {
        var backup = Golden.Read(Area, name, "backup.yaml")!;
        backup.Metadata()["uid"] ??= "8f1c6e0e-0000-4000-8000-000000000001";
        backup.Metadata()["namespace"] ??= "default";
        var cluster = Golden.Read(Area, name, "cluster.yaml") is { } found ? new ClusterView(found) : null;
        var policy = Policy(Golden.Read(Area, name, "policy.yaml"));
        return name.StartsWith("clean", StringComparison.Ordinal)
            ? BackupJob.Clean(new BackupObject(backup), cluster, policy)
            : BackupJob.Backup(new BackupObject(backup), cluster!, policy);
    }

    static BackupPolicy Policy(JsonObject? file)
    {
        var policy = new BackupPolicy { NativeSidecars = file?["nativeSidecars"]?.GetValue<bool>() ?? false };
        if (file?["defaultDeadlineSeconds"] is { } seconds) policy = policy with { DefaultDeadline = TimeSpan.FromSeconds(seconds.GetValue<long>()) };
        return file?["clusterDomain"] is { } domain ? policy with { ClusterDomain = domain.GetValue<string>() } : policy;
    }
}
