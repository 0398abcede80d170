using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Fakes;

static class TestObjects
{
    public static JsonObject ConfigMap(string name, string value = "", string inNamespace = "default")
    {
        var item = ObjectFields.New(KnownKinds.ConfigMap, new NamespacedName(inNamespace, name));
        item["data"] = new JsonObject { ["value"] = value };
        return item;
    }
}
