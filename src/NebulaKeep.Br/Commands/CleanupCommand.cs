using System.CommandLine;
using NebulaKeep.Backup.Cleanup;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary><c>cleanup</c>.</summary>
static class CleanupCommand
{
    public static Command Create(BrHost host)
    {
        var command = new Command("cleanup", """
            Removes a backup, or what an interrupted run left: from the store, and its checkpoint from the cluster. Objects that other
            backups use stay until the last of those goes. Refuses the newest complete backup of a cluster, and pinned ones.

            Examples:
              br-ent cleanup --meta 10.0.0.1:9559 --storage local:///backups --name BACKUP_2026_11_22_08_05_13 --enable-ssl
              br-ent cleanup --storage local:///backups --name BACKUP_2026_11_22_08_05_13 --force     only the store
            """);
        var (cluster, store, output) = (ClusterOptions.AddTo(command, metaRequired: false), StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var name = RestoreCommand.Name();
        var force = new Option<bool>("--force") { Description = "also the newest complete backup of its cluster, and also a pinned one" };
        command.Options.Add(name);
        command.Options.Add(force);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var backup = parsed.GetValue(name)!.Value;
            var objects = (await session.OpenRootAsync(store, parsed, null, cancellationToken)).Objects;
            var result = await TryRemoveAsync(new BackupCleaner(objects, LeaseTimes.Default, host.Clock, host.Random), backup, parsed.GetValue(force), session, cancellationToken);
            var connection = cluster.Read(parsed, host.Environment);
            var dropped = connection.Metads.Count > 0
                && await new ServerCleanup(session.Connect(connection), objects, LeaseTimes.Default, host.Clock, host.Random, session.Observer).TryAsync(backup, Session.Program, cancellationToken);
            if (result is null && !dropped) throw new NothingToCleanException($"{objects.Location} holds no {backup}, and no checkpoint of it was found. 'br show' lists what there is.");
            return await ReportAsync(session, result ?? new CleanupResult(backup, 0, 0, 0), dropped);
        }));
        return command;
    }

    static async Task<CleanupResult?> TryRemoveAsync(BackupCleaner cleaner, BackupName backup, bool force, Session session, CancellationToken cancellationToken)
    {
        try
        {
            return await cleaner.RemoveAsync(backup, force, session.Self(""), cancellationToken);
        }
        catch (NothingToCleanException)
        {
            return null; // its checkpoint may still be there
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new RemovalInterruptedException($"Interrupted while removing {backup}. Nothing that another backup needs is gone; the same command removes the rest.", e);
        }
    }

    static async Task<int> ReportAsync(Session session, CleanupResult result, bool dropped)
    {
        var kept = result.Kept > 0 ? $"; {result.Kept} objects stay, other backups need them" : "";
        await session.ResultAsync($"Removed {result.Name}: {result.Objects} objects, {ByteSize.Format(result.Bytes)}{kept}.", json =>
        {
            json.WriteString("event", "complete");
            json.WriteString("name", result.Name.Value);
            json.WriteNumber("objects", result.Objects);
            json.WriteNumber("bytes", result.Bytes);
            json.WriteNumber("kept", result.Kept);
            json.WriteBoolean("checkpointDropped", dropped);
        });
        return ExitCode.Done;
    }
}
