using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Yaml;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>Clusters for tests: the seed's, with a merge patch.</summary>
static class ClusterCase
{
    public const string Area = "Clusters";
    public const string Domain = "cluster.local";

    public static JsonObject Seed(string file = "nebulacluster.yaml") =>
        (JsonObject)YamlReader.ReadAll(File.ReadAllText(RepositoryRoot.Join("test", "NebulaKeep.Operator.Tests", "Seed", file)))[0];

    /// <summary>The seed's cluster as the API server would store it, changed.</summary>
    public static JsonObject Json(JsonObject? patch = null)
    {
        var cluster = Seed();
        if (patch is not null) MergePatch.Apply(cluster, patch);
        var metadata = cluster.Metadata();
        (metadata["namespace"], metadata["uid"], metadata["generation"], metadata["resourceVersion"]) = ("default", "6b1f2f0a-0000-4000-8000-000000000001", 1, "1");
        return cluster;
    }

    public static JsonObject Json(string patch) => Json((JsonObject)YamlReader.ReadAll(patch)[0]);

    public static ClusterObject Of(JsonObject? patch = null, string domain = Domain) => new(Json(patch), domain);

    public static ClusterObject Of(string patch) => new(Json(patch), Domain);
}
