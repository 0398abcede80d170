using System.Text.Json.Nodes;

namespace NebulaKeep.Operator.Clusters.Desired;

/// <summary>Keys of several Secrets as files of one directory. A directory follows changes of the Secrets; a file mounted alone never does.</summary>
static class ProjectedSecret
{
    public static JsonObject Volume(string name, params IEnumerable<(string Secret, string Key, string File)> files)
    {
        var sources = files.GroupBy(file => file.Secret, StringComparer.Ordinal).Select(secret => Source(secret.Key, secret));
        return new JsonObject { ["name"] = name, ["projected"] = new JsonObject { ["sources"] = new JsonArray([.. sources]) } };
    }

    public static JsonObject Mount(string name, string path) => new() { ["name"] = name, ["mountPath"] = path, ["readOnly"] = true };

    static JsonObject Source(string secret, IEnumerable<(string Secret, string Key, string File)> files) => new()
    {
        ["secret"] = new JsonObject
        {
            ["name"] = secret,
            ["items"] = new JsonArray([.. files.Select(file => new JsonObject { ["key"] = file.Key, ["path"] = file.File })]),
        },
    };
}
