using System.Text.Json.Nodes;

namespace NebulaKeep.EndToEnd.Tests.Walkthrough;

/// <summary>NebulaBackups of the walk: variants of the guide's own, and how they ended.</summary>
sealed class Backups(Guide guide)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Creates the guide's backup to S3 under another name and with changes.</summary>
    public async Task CreateAsync(string name, Action<JsonNode> changeSpec)
    {
        var json = JsonNode.Parse(await guide.KubectlAsync("create", "-f", guide.File("full-backup-s3.yaml"), "--dry-run=client", "-o", "json"))!;
        json["metadata"]!["name"] = name;
        changeSpec(json["spec"]!);
        await guide.KubectlAsync(json.ToJsonString(), ["create", "-f", "-"]);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The last message, of success or of failure.</returns>
    public async Task<(string Phase, string Message)> EndOfAsync(string name, string @namespace = "default", int minutes = 4)
    {
        var status = await UntilAsync(name, json => json["phase"]?.GetValue<string>() is "Complete" or "Failed", minutes, @namespace);
        var phase = status["phase"]!.GetValue<string>();
        return (phase, Condition(status, phase)?["message"]?.GetValue<string>() ?? "");
    }

    /// <summary>Waits until the condition Running has a reason.</summary>
    /// <returns>Its message.</returns>
    public async Task<string> UntilReasonAsync(string name, string reason, string @namespace = "default")
    {
        var status = await UntilAsync(name, json => Condition(json, "Running")?["reason"]?.GetValue<string>() == reason, 1, @namespace);
        return Condition(status, "Running")!["message"]!.GetValue<string>();
    }

    /// <summary>Waits until br's own log says that bytes move.</summary>
    /// <returns>The pod's name.</returns>
    public async Task<string> UntilMovingAsync(string name)
    {
        var pod = "";
        await Guide.UntilAsync(async () =>
        {
            pod = (await guide.KubectlAsync("get", "pod", "-l", $"apps.nebula-graph.io/backup={name}", "-o", "jsonpath={.items[*].metadata.name}")).Trim();
            if (pod.Length == 0) return false;
            var (code, log, _) = await guide.Kubernetes.KubectlAsync(["logs", pod, "-c", "ng-backup"], TestContext.Current.CancellationToken);
            return code == 0 && log.Split('\n').Any(line => line.Contains("\"event\":\"progress\"") && !line.Contains("\"bytesDone\":0,"));
        }, $"{name} moves bytes", 2);
        return pod;
    }

    /// <summary>Deletes it, and waits until it is gone.</summary>
    public Task DeleteAsync(string name) => guide.KubectlAsync("delete", "nb", name, "--timeout", "4m");

    /// <summary>A wait for a state, with what was there last in its failure.</summary>
    public async Task<JsonNode> UntilAsync(string name, Func<JsonNode, bool> wanted, int minutes, string @namespace = "default")
    {
        var (begun, status) = (TimeProvider.System.GetTimestamp(), (JsonNode)new JsonObject());
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(minutes))
        {
            status = (await guide.GetAsync("nb", name, @namespace))?["status"] ?? new JsonObject();
            if (wanted(status)) return status;
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{name} after {minutes} min: {status.ToJsonString()}\n{await guide.ExplainAsync()}");
    }

    static JsonNode? Condition(JsonNode status, string type) =>
        status["conditions"]?.AsArray().FirstOrDefault(condition => condition!["type"]!.GetValue<string>() == type);
}
