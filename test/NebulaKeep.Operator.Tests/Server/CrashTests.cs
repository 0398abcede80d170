using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Testing;

namespace NebulaKeep.Operator.Tests.Server;

/// <summary>
/// The operator dies after its n-th write, for every n of a backup's life: from then on nothing that it sends arrives, and it does not even
/// hear of that write. A new one takes over. Whatever n was, the backup ends in the right state, with exactly one Job.
/// </summary>
[Collection(KubernetesCollection.Name)]
[Trait("Category", "Server")]
public sealed class CrashTests(KubernetesFixture kubernetes)
{
    const int MostWrites = 40;

    [Fact]
    public async Task Whenever_the_operator_dies_the_backup_is_made_once_and_complete()
    {
        var writes = await ForEachWriteAsync(async (scene, _) =>
        {
            await scene.Kubelet.CompleteAsync("backup-full-nb", BackupScene.BackupName);
            var complete = await scene.WaitForPhaseAsync("Complete");
            complete.Text("status", "backupName").ShouldBe(BackupScene.BackupName);
            await Eventually.TrueAsync(async () => (await scene.LockAsync()).Text("spec", "holderIdentity") == "", "the cluster is free again", TimeSpan.FromSeconds(30));
            await kubernetes.WaitUntilGoneAsync(KnownKinds.Job, scene.Namespace, "backup-full-nb");
            await kubernetes.WaitForAsync(CustomResources.Backup, scene.Namespace, "nb", item => !Finalizers.Has(item, Shared.Labels.BackupCleanup) && item.Text("status", "clusterLock") is null, "nothing is left to do");
        }, autoRemove: true, clean: false);

        writes.ShouldBeGreaterThanOrEqualTo(8, "finalizer, lock, Job, status, complete, lock, status, Job, finalizer");
    }

    [Fact]
    public async Task Whenever_the_operator_dies_a_deleted_backup_is_cleaned_and_goes()
    {
        var writes = await ForEachWriteAsync(async (scene, _) =>
        {
            await scene.Kubelet.CompleteAsync("backup-full-nb", BackupScene.BackupName);
            await scene.WaitForPhaseAsync("Complete");
            await scene.DeleteAsync();
            await scene.Kubelet.CompleteAsync("clean-nb", BackupScene.BackupName);
            await scene.WaitUntilGoneAsync();
        }, autoRemove: false, clean: true);

        writes.ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public async Task Whenever_the_operator_dies_a_cancelled_backup_goes_and_frees_the_cluster()
    {
        await ForEachWriteAsync(async (scene, proxy) =>
        {
            proxy.Logs[(await scene.Kubelet.PodOfAsync("backup-full-nb")).Key().Name] = BackupScene.Named;
            await scene.Kubelet.StartAsync("backup-full-nb");
            await scene.DeleteAsync();
            await scene.Kubelet.CompleteAsync("clean-nb", BackupScene.BackupName);
            await scene.WaitUntilGoneAsync();
            (await scene.LockAsync()).Text("spec", "holderIdentity").ShouldBe("");
        }, autoRemove: false, clean: false);
    }

    /// <summary>Returns how many writes a life without a crash takes.</summary>
    async Task<int> ForEachWriteAsync(Func<BackupScene, ApiServerProxy, Task> life, bool autoRemove, bool clean)
    {
        for (var write = 1; write <= MostWrites; write++)
        {
            if (!await LiveAsync(write, life, autoRemove, clean)) return write - 1;
        }
        throw new InvalidOperationException($"A backup takes more than {MostWrites} writes");
    }

    /// <summary>One life with a crash after a write; false when it takes fewer writes, so that nothing crashed.</summary>
    async Task<bool> LiveAsync(int write, Func<BackupScene, ApiServerProxy, Task> life, bool autoRemove, bool clean)
    {
        var scene = await BackupScene.CreateAsync(kubernetes);
        await using var proxy = await ApiServerProxy.StartAsync(kubernetes.AdminConfig);
        var config = await kubernetes.OperatorConfigAsync(proxy.Address);
        proxy.CutOffAfter(write);
        var first = RunningOperator.Start(config, RunningOperator.Options(scene.Namespace));
        using var done = new CancellationTokenSource();
        var successor = SuccessorAsync(first, proxy, config, scene, done.Token);
        await scene.CreateBackupAsync(change: item => (item["spec"]!["autoRemoveFinished"], item["spec"]!["cleanBackupData"]) = (autoRemove, clean));
        try
        {
            await life(scene, proxy);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"With a crash after write {write} ({string.Join(", ", Writes(proxy))}): {error.Message}", error);
        }
        var made = Writes(proxy).Count(text => text == "POST jobs" || text.StartsWith("POST jobs backup", StringComparison.Ordinal));
        made.ShouldBe(1, $"crash after write {write}: {string.Join(", ", Writes(proxy))}");
        var crashed = proxy.CutOff.Task.IsCompleted;
        await done.CancelAsync();
        await (await successor).DisposeAsync();
        return crashed;
    }

    /// <summary>Waits for the crash, ends what is left of the first one, and starts another; without a crash gives back the first.</summary>
    static async Task<RunningOperator> SuccessorAsync(RunningOperator first, ApiServerProxy proxy, NebulaKeep.Kubernetes.Configuration.KubeConfig config, BackupScene scene, CancellationToken done)
    {
        var crash = proxy.CutOff.Task;
        await Task.WhenAny(crash, Task.Delay(Timeout.Infinite, done));
        if (!crash.IsCompleted) return first;
        await first.KillAsync();
        proxy.Restore();
        return RunningOperator.Start(config, RunningOperator.Options(scene.Namespace));
    }

    static IReadOnlyList<string> Writes(ApiServerProxy proxy) =>
        [.. proxy.Requests.Where(request => request.IsWrite).Select(request => $"{request.Method} {request.Resource}{(request.Body.Contains("\"name\":\"backup-", StringComparison.Ordinal) ? " backup" : request.Body.Contains("\"name\":\"clean-", StringComparison.Ordinal) ? " clean" : "")}")];
}
