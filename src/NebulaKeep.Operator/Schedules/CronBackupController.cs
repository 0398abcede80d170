using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Client;
using NebulaKeep.Kubernetes.Events;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Watching;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Shared;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Schedules;

/// <summary>The NebulaCronBackup controller: wakes at scheduled times and when a backup of its changes, and carries decisions out.</summary>
sealed partial class CronBackupController : IOperatorController
{
    const string BySchedule = "schedule";
    const string ByNamespace = "namespace";
    const int MostSteps = 200;
    static readonly TimeSpan AfterConflict = TimeSpan.FromMilliseconds(200);

    readonly KubeClient client;
    readonly TimeProvider time;
    readonly EventRecorder events;
    readonly ILogger log;
    readonly WatchedKind schedules, backups;

    public CronBackupController(OperatorContext context)
    {
        (client, time, Workers) = (context.Client, context.Time, context.Options.CronBackupWorkers);
        (events, log) = (context.Events("nebula-cronbackup-controller"), context.Loggers.CreateLogger("nebulacronbackup"));
        (schedules, backups) = (context.Watched.Of(CustomResources.CronBackup), context.Watched.Of(CustomResources.Backup));
        backups.AddIndex(BySchedule, item => item.Label(Labels.CronBackup) is { } schedule ? [$"{item.Key().Namespace}/{schedule}"] : []);
        backups.AddIndex(ByNamespace, item => [item.Key().Namespace]);
        schedules.AddIndex(BySchedule, item => [IndexKey(item.Key())]);
    }

    public string Name => "nebulacronbackup";

    public int Workers { get; }

    public void Watch(Action<NamespacedName> enqueue)
    {
        schedules.OnChange(change => enqueue(change.Object.Key()));
        backups.OnChange(change =>
        {
            // A resync reports every backup; its schedule is reported too.
            if (change.Type is InformerEventType.Resync || change.Object.Label(Labels.CronBackup) is not { } schedule) return;
            foreach (var one in schedules.Find(BySchedule, $"{change.Object.Key().Namespace}/{schedule}")) enqueue(one.Key());
        });
    }

    public async Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        if (schedules.Find(key) is not { } known) return null;
        var facts = Facts(known, backups.Find(ByNamespace, key.Namespace));
        var isLive = false;
        for (var step = 0; step < MostSteps; step++)
        {
            var action = ScheduleMachine.Decide(facts);
            if (action is ScheduleAction.Idle idle) return idle.Again;
            try
            {
                if (isLive) await DoAsync(action, facts.Schedule, cancellation);
            }
            catch (KubeException error) when (error.IsConflict || error.IsAlreadyExists)
            {
                return AfterConflict;
            }
            if (await LiveAsync(facts, cancellation) is not { } live) return null;
            (facts, isLive) = (live, true);
        }
        return TimeSpan.Zero;
    }

    static string IndexKey(NamespacedName schedule) => $"{schedule.Namespace}/{ObjectNames.Fit(schedule.Name)}";

    ScheduleFacts Facts(JsonObject schedule, IReadOnlyList<JsonObject> all)
    {
        var label = ObjectNames.Fit(schedule.Key().Name);
        return new ScheduleFacts(schedule, [.. all.Where(backup => backup.Label(Labels.CronBackup) == label)], all, time.GetUtcNow());
    }

    /// <summary>Before anything is written, and above all before anything is deleted, all backups of the namespace are read again: one made a moment ago may need an old one.</summary>
    async Task<ScheduleFacts?> LiveAsync(ScheduleFacts before, CancellationToken cancellation)
    {
        var schedule = await client.FindAsync(CustomResources.CronBackup, before.Schedule.Key(), cancellation);
        if (schedule is null || schedule.Uid() != before.Schedule.Uid()) return null;
        var all = await client.ListAsync(CustomResources.Backup, new Selection(schedule.Key().Namespace), cancellation);
        return Facts(schedule, all.Items);
    }

    async Task DoAsync(ScheduleAction action, JsonObject schedule, CancellationToken cancellation)
    {
        switch (action)
        {
            case ScheduleAction.WriteStatus(var patch, var happened):
                await client.PatchStatusAsync(CustomResources.CronBackup, schedule.Key(), patch, cancellation);
                if (happened is not null) Tell(schedule, happened);
                break;
            case ScheduleAction.CreateBackup(var backup):
                await client.CreateAsync(CustomResources.Backup, backup, cancellation);
                break;
            case ScheduleAction.PatchBackup(var key, var patch):
                await client.PatchAsync(CustomResources.Backup, key, patch, cancellation);
                break;
            case ScheduleAction.DeleteBackups(var unwanted):
                await DeleteAsync(schedule, unwanted, cancellation);
                break;
            default: throw new InvalidOperationException($"Unknown action {action.GetType().Name}");
        }
    }

    async Task DeleteAsync(JsonObject schedule, IReadOnlyList<(NamespacedName Key, string Uid)> unwanted, CancellationToken cancellation)
    {
        foreach (var (key, uid) in unwanted)
        {
            await client.DeleteAsync(CustomResources.Backup, key, new DeleteOptions(Uid: uid), cancellation);
            Tell(schedule, new UserEvent(false, "BackupDeleted", $"Deleted the NebulaBackup {key.Name}: it is older or one more than is kept"));
        }
        var patch = new JsonObject { ["status"] = new JsonObject { ["backupCleanTime"] = time.GetUtcNow().ToKubernetesTime() } };
        await client.PatchStatusAsync(CustomResources.CronBackup, schedule.Key(), patch, cancellation);
    }

    void Tell(JsonObject schedule, UserEvent happened)
    {
        LogEvent(schedule.Key(), happened.Reason, happened.Message);
        happened.Tell(events, schedule);
    }

    [LoggerMessage(1, LogLevel.Information, "{schedule}: {reason}: {message}")]
    partial void LogEvent(NamespacedName schedule, string reason, string message);
}
