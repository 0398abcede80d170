using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Backups;

namespace NebulaKeep.Operator.Tests.Backups;

/// <summary>What keeps a backup from starting is said in its status, and the start follows when it is gone.</summary>
public sealed class BackupPreflightTests
{
    readonly BackupWorld world = new();

    public static TheoryData<string, Action<BackupWorldHandle>, string> Obstacles => new()
    {
        { "ClusterNotFound", handle => handle.World.Cluster = null, "nebula" },
        { "BackupDisabled", handle => handle.World.Cluster!["spec"]!["enableBR"] = false, "enableBR" },
        { "ClusterNotReady", handle => handle.World.Cluster!["status"]!["conditions"]![0]!["status"] = "False", "not ready" },
        { "ClusterNotReady", handle => handle.World.Cluster!.Metadata()["generation"] = 4, "last change" },
        { "ClusterNotReady", handle => handle.World.Cluster!.Metadata()["deletionTimestamp"] = "2026-11-22T08:00:00Z", "deleted" },
        { "TlsInconsistent", handle => handle.World.Cluster!["spec"]!["metad"]!["config"] = new JsonObject { ["enable_meta_ssl"] = "true" }, "enable_meta_ssl is set in the config of metad and not in that of graphd and storaged" },
        { "SecretNotFound", handle => handle.World.Secrets.Clear(), "graph/keys" },
        { "SecretKeyMissing", handle => handle.World.Secrets["keys"] = BackupWorld.Secret(("access_key", "YQ==")), "secret_key" },
        { "SecretKeyMissing", handle => handle.World.Secrets["keys"] = BackupWorld.Secret(("access_key", ""), ("secret_key", "Yg==")), "access_key" },
        { "JobNameTaken", handle => handle.World.Job = BackupWorld.Parse("""{"metadata":{"name":"backup-full-nb","namespace":"graph","uid":"other","ownerReferences":[{"uid":"an-older-nb"}]}}"""), "backup-full-nb" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void B6_B8_an_obstacle_is_told_and_waited_for(string reason, Action<BackupWorldHandle> spoil, string message)
    {
        var good = (world.Cluster!.DeepClone(), world.Secrets["keys"].DeepClone());
        spoil(new BackupWorldHandle(world));

        world.Run().ShouldNotBeNull("it looks again");
        (world.Phase, world.Reason("Running"), world.JobsMade).ShouldBe(("Pending", reason, 0));
        world.Message("Running")!.ShouldContain(message);
        world.Events.ShouldHaveSingleItem().Reason.ShouldBe(reason);
        world.IsTrue("Failed").ShouldBeFalse();

        (world.Cluster, world.Secrets["keys"], world.Job) = ((JsonObject)good.Item1, (JsonObject)good.Item2, null);
        world.Run();
        (world.Phase, world.JobsMade).ShouldBe(("Running", 1));
    }

    [Fact]
    public void Waiting_longer_says_nothing_new()
    {
        world.Cluster = null;
        world.Run();
        var writes = world.Writes.Count;

        world.Now += TimeSpan.FromHours(1);
        world.Run();

        world.Writes.Count.ShouldBe(writes);
    }

    public static TheoryData<string, Action<BackupWorldHandle>, string> WrongSpecs => new()
    {
        { "no image", handle => handle.World.Spec.Remove("image"), "spec.image" },
        { "no version", handle => handle.World.Spec.Remove("version"), "spec.version" },
        { "no store", handle => handle.World.Config.Remove("s3"), "exactly one" },
        { "two stores", handle => handle.World.Config["gs"] = new JsonObject { ["bucket"] = "b" }, "exactly one" },
        { "concurrency", handle => handle.World.Config["concurrency"] = 1000, "1 to 256" },
        { "endpoint", handle => handle.World.Config["s3"]!["endpoint"] = "ftp://x", "endpoint" },
        { "endpoint with a password", handle => handle.World.Config["s3"]!["endpoint"] = "https://u:p@x", "endpoint" },
        { "base", handle => handle.World.Config["baseBackupName"] = "latest", "baseBackupName" },
        { "two containers of a name", handle => handle.World.Spec["sidecarContainers"] = new JsonArray(new JsonObject { ["name"] = "a" }, new JsonObject { ["name"] = "a" }), "named a" },
        { "no config", handle => handle.World.Spec.Remove("config"), "config" },
    };

    [Theory]
    [MemberData(nameof(WrongSpecs))]
    public void B14_a_spec_that_cannot_be_carried_out_starts_nothing_and_says_why(string what, Action<BackupWorldHandle> spoil, string message)
    {
        var good = world.Spec.DeepClone();
        spoil(new BackupWorldHandle(world));

        world.Run();
        (world.Phase, world.Reason("Invalid"), world.JobsMade).ShouldBe(("Invalid", "InvalidSpec", 0), what);
        world.Message("Invalid")!.ShouldContain(message);

        world.Backup["spec"] = good;
        world.Backup.Metadata()["generation"] = 2;
        world.Run();
        (world.Phase, world.IsTrue("Invalid"), world.JobsMade).ShouldBe(("Running", false, 1), what);
    }

    [Theory]
    [InlineData("other", "b", "cluster graph/other")]
    [InlineData("nebula", "elsewhere", "s3://elsewhere")]
    public void A_base_of_another_cluster_or_store_is_refused(string cluster, string bucket, string message)
    {
        var incremental = new BackupWorld("BACKUP_2026_11_21_08_05_13")
        {
            Base = BackupWorld.Parse($$"""{"metadata":{"name":"base","namespace":"graph"}, "spec":{"config":{"clusterName":"{{cluster}}", "s3":{"bucket":"{{bucket}}" } } } }"""),
        };

        incremental.Run();

        incremental.Message("Invalid")!.ShouldContain(message);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData("x, y", false, false)]
    [InlineData("x,graph", false, true)]
    [InlineData("*", false, true)]
    [InlineData(null, true, true)]
    public void B4_a_cluster_of_another_namespace_must_allow_it(string? annotation, bool flag, bool allowed)
    {
        world.Config["clusterNamespace"] = "theirs";
        var cluster = world.Cluster!;
        cluster.Metadata()["namespace"] = "theirs";
        if (annotation is not null) cluster.Metadata()["annotations"] = new JsonObject { ["apps.nebula-graph.io/backup-namespaces"] = annotation };
        world.Policy = world.Policy with { AllowCrossNamespace = flag };

        world.Run();

        world.Phase.ShouldBe(allowed ? "Running" : "Pending");
        if (!allowed) world.Reason("Running").ShouldBe("CrossNamespaceDenied");
    }

    [Fact]
    public void The_certificates_that_would_be_mounted_are_looked_for_in_the_backups_namespace()
    {
        var flags = new JsonObject { ["enable_meta_ssl"] = "true" };
        foreach (var service in new[] { "graphd", "metad", "storaged" }) world.Cluster!["spec"]![service]!["config"] = flags.DeepClone();
        world.Cluster!["spec"]!["sslCerts"] = new JsonObject { ["clientSecret"] = "client-tls", ["caSecret"] = "ca-tls" };

        world.Run();
        (world.Reason("Running"), world.Message("Running")!.Contains("graph/client-tls", StringComparison.Ordinal)).ShouldBe(("SecretNotFound", true));

        world.Secrets["client-tls"] = BackupWorld.Secret(("tls.crt", "YQ=="), ("tls.key", "YQ=="));
        world.Secrets["ca-tls"] = BackupWorld.Secret(("ca.crt", "YQ=="));
        world.Run();
        world.Phase.ShouldBe("Running");
    }

    public static TheoryData<string, Action<BackupWorldHandle>, bool> Certificates => new()
    {
        { "nothing", _ => { }, true },
        { "another variable", handle => handle.World.Spec["env"] = new JsonArray(new JsonObject { ["name"] = "A", ["value"] = "b" }), true },
        { "the cluster's Secret", handle => (handle.World.Cluster!["spec"]!["sslCerts"], handle.World.Secrets["client"]) = (new JsonObject { ["clientSecret"] = "client" }, BackupWorld.Secret(("tls.crt", "YQ=="), ("tls.key", "Yg=="))), false },
        { "the user's variables", handle => handle.World.Spec["env"] = new JsonArray(new JsonObject { ["name"] = "CLIENT_CERT_PATH", ["value"] = "/c" }), false },
        { "the user's volume", handle => handle.World.Spec["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "v", ["mountPath"] = "/usr/local/certs/" }), false },
        { "upstream's br", handle => handle.World.Backup.Metadata()["annotations"] = new JsonObject { ["apps.nebula-graph.io/br-flavor"] = "upstream" }, false },
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public void That_br_gets_no_certificate_for_the_agents_is_said_also_without_TLS(string given, Action<BackupWorldHandle> give, bool isSaid)
    {
        give(new BackupWorldHandle(world));

        world.Run();

        (world.Phase, world.JobsMade).ShouldBe(("Running", 1), given);
        world.Reason("ClientCertificate").ShouldBe(isSaid ? "NoClientCertificate" : null);
        var started = world.Events.Single(happened => happened.Reason == "Started");
        (started.IsWarning, started.Message.Contains("spec.sslCerts.clientSecret", StringComparison.Ordinal)).ShouldBe((isSaid, isSaid));
    }

    [Fact]
    public void A_cluster_that_a_restore_still_makes_is_not_backed_up()
    {
        world.Cluster!.Metadata()["annotations"] = new JsonObject { ["apps.nebula-graph.io/restore"] = "graph/nr/uid" };
        world.Run();
        (world.Reason("Running"), world.Message("Running")!.Contains("graph/nr/uid", StringComparison.Ordinal), world.JobsMade).ShouldBe(("ClusterNotReady", true, 0));

        world.Cluster!.Metadata().Remove("annotations");
        world.Run();
        world.Phase.ShouldBe("Running");
    }

    [Fact]
    public void B5_B21_the_environment_of_the_operator_changes_nothing()
    {
        // The decision has no other input than what is stored: two processes decide the same.
        typeof(BackupFacts).GetProperties().Select(property => property.Name).ShouldNotContain("Environment");
        world.Run();
        var env = world.Job.At("spec", "template", "spec", "containers")!.AsArray()[0].Items("env").Select(variable => variable.Text("valueFrom", "secretKeyRef", "name")).OfType<string>().Distinct();
        env.ShouldBe(["keys"]);
    }
}

/// <summary>Lets a public theory change an internal world.</summary>
public sealed class BackupWorldHandle
{
    internal BackupWorldHandle(BackupWorld world) => World = world;

    internal BackupWorld World { get; }
}
