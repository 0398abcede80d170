using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>Plays the kubelet, of which there is none: says in a pod's status what its containers did.</summary>
sealed class FakeKubelet(KubernetesFixture kubernetes, string inNamespace)
{
    public async Task<JsonObject> PodOfAsync(string job)
    {
        IReadOnlyList<JsonObject> pods = [];
        await Testing.Eventually.TrueAsync(async () => (pods = await kubernetes.ListAsync(KnownKinds.Pod, inNamespace, $"job-name={job}")).Count > 0, $"{job} has a pod", TimeSpan.FromSeconds(30));
        return pods.ShouldHaveSingleItem();
    }

    public async Task<JsonObject> StartAsync(string job)
    {
        var pod = await PodOfAsync(job);
        return await SetAsync(pod, "Running", new JsonObject { ["running"] = new JsonObject { ["startedAt"] = "2026-11-22T08:00:00Z" } });
    }

    public async Task EndAsync(string job, int exitCode, string message)
    {
        var pod = await PodOfAsync(job);
        var ended = new JsonObject { ["exitCode"] = exitCode, ["reason"] = exitCode == 0 ? "Completed" : "Error", ["message"] = message, ["startedAt"] = "2026-11-22T08:00:00Z", ["finishedAt"] = "2026-11-22T08:00:10Z" };
        await SetAsync(pod, exitCode == 0 ? "Succeeded" : "Failed", new JsonObject { ["terminated"] = ended });
    }

    /// <summary>Makes a younger pod with the labels of another one, and without its owner; it has failed.</summary>
    public async Task FailLookalikeAsync(JsonObject pod)
    {
        var other = ObjectFields.New(KnownKinds.Pod, pod.Key() with { Name = "lookalike" });
        other.Metadata()["labels"] = new JsonObject(((JsonObject)pod.At("metadata", "labels")!).Where(label => label.Key != "controller-uid").Select(label => KeyValuePair.Create(label.Key, label.Value?.DeepClone())));
        other["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "ng-backup", ["image"] = "x" }) };
        var stored = await kubernetes.Admin.CreateAsync(KnownKinds.Pod, other, CancellationToken.None);
        await SetAsync(stored, "Failed", new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 1, ["reason"] = "Error", ["message"] = """{"event":"failed","name":"BACKUP_2000_01_01_00_00_00"}""" } });
    }

    /// <summary>br has ended well, and another container of its pod runs on.</summary>
    public Task EndBesideSidecarAsync(JsonObject pod, string sidecar, string name) => kubernetes.Admin.PatchStatusAsync(KnownKinds.Pod, pod.Key(), new JsonObject
    {
        ["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["containerStatuses"] = new JsonArray(
                State("ng-backup", new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = 0, ["reason"] = "Completed", ["message"] = $$"""{"event":"complete","name":"{{name}}"}""" } }),
                State(sidecar, new JsonObject { ["running"] = new JsonObject() })),
        },
    }, CancellationToken.None);

    public Task CompleteAsync(string job, string name) =>
        EndAsync(job, 0, $$"""{"event":"complete","name":"{{name}}","files":7,"bytes":900,"writesBlockedMillis":120,"seconds":9.5,"notices":[]}""");

    Task<JsonObject> SetAsync(JsonObject pod, string phase, JsonObject state)
    {
        var name = pod.Items("spec", "containers").First().Text("name");
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["containerStatuses"] = new JsonArray(State(name, state)),
        };
        return kubernetes.Admin.PatchStatusAsync(KnownKinds.Pod, pod.Key(), new JsonObject { ["status"] = status }, CancellationToken.None);
    }

    static JsonObject State(string? container, JsonObject state) =>
        new() { ["name"] = container, ["image"] = "x", ["imageID"] = "", ["ready"] = false, ["restartCount"] = 0, ["state"] = state };
}
