using System.CommandLine;
using NebulaKeep.Backup.Restores;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary><c>restore full</c> and <c>restore rollback</c>.</summary>
static class RestoreCommand
{
    public static Command Create(BrHost host) => new("restore", "Restores a cluster, or finishes a restore that was killed") { Full(host), RollBack(host) };

    static Command Full(BrHost host)
    {
        var command = new Command("full", """
            Restores a backup into a running cluster with as many storageds. The cluster is stopped meanwhile; the old data is kept until
            the restored partitions have leaders, and put back if anything fails.

            Example:
              br-ent restore full --meta 10.0.0.1:9559 --storage local:///backups --name BACKUP_2026_11_22_08_05_13 --enable-ssl
            """);
        var (cluster, store, output) = (ClusterOptions.AddTo(command, metaRequired: true), StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var name = Name();
        var concurrency = BackupCommand.Concurrency();
        command.Options.Add(name);
        command.Options.Add(concurrency);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var connector = session.Connect(cluster.Read(parsed, host.Environment));
            var root = await session.OpenRootAsync(store, parsed, null, cancellationToken);
            var restore = new FullRestore(
                connector, root.Objects, root.Settings, new RestoreTimes(), host.Clock, session.Observer);
            var request = new RestoreRequest { Name = parsed.GetValue(name)!.Value, Concurrency = parsed.GetValue(concurrency) };
            return await ReportAsync(session, await restore.RunAsync(request, cancellationToken));
        }));
        return command;
    }

    static Command RollBack(BrHost host)
    {
        var command = new Command("rollback", """
            Finishes a restore whose br was killed: puts the old data back and starts the daemons. If the restored data was already found
            to be good, removes the rest of the old data instead. In the end all daemons of these hosts run. Needs no metad.

            Example:
              br-ent restore rollback --agents 10.0.0.1:8888,10.0.0.2:8888,10.0.0.3:8888 --enable-ssl
            """);
        var (cluster, output) = (ClusterOptions.AddTo(command, metaRequired: false), OutputOptions.AddTo(command));
        var agents = new Option<IReadOnlyList<HostAddress>?>("--agents") { Description = "the agents of all hosts of the cluster, host:port", Required = true, CustomParser = Parsers.Addresses, Arity = ArgumentArity.OneOrMore };
        var forward = new Option<bool>("--forward") { Description = "keep the restored data in any case" };
        command.Options.Add(agents);
        command.Options.Add(forward);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var recovery = new RestoreRecovery(session.Connect(cluster.Read(parsed, host.Environment)), new RestoreTimes(), host.Clock, session.Observer);
            return await ReportAsync(session, await recovery.RunAsync([.. parsed.GetValue(agents)!], parsed.GetValue(forward), cancellationToken));
        }));
        return command;
    }

    /// <summary>The name of a backup.</summary>
    public static Option<BackupName?> Name() => new("--name") { Description = "the backup, BACKUP_yyyy_MM_dd_HH_mm_ss", Required = true, CustomParser = Parsers.By<BackupName?>(text => BackupName.Parse(text)) };

    static async Task<int> ReportAsync(Session session, RestoreResult result)
    {
        await session.ResultAsync($"Backup {result.Name} is restored: {result.Files} files, {ByteSize.Format(result.Bytes)}.", json =>
        {
            json.WriteString("event", "complete");
            json.WriteString("name", result.Name.Value);
            json.WriteNumber("files", result.Files);
            json.WriteNumber("bytes", result.Bytes);
            json.WriteStringArray("notices", result.Notices);
        });
        return ExitCode.Done;
    }

    static async Task<int> ReportAsync(Session session, IReadOnlyList<RecoveredRestore> done)
    {
        var text = done.Count == 0 ? "No restore has left a journal on these hosts; all their daemons run." : string.Join('\n', done.Select(d => $"{d.Journal}: {(d.KeptRestored ? "the restored data stays" : "the old data is back")}."));
        await session.ResultAsync(text, json =>
        {
            json.WriteString("event", "complete");
            json.WriteStringArray("rolledBack", done.Where(d => !d.KeptRestored).Select(d => d.Journal));
            json.WriteStringArray("keptRestored", done.Where(d => d.KeptRestored).Select(d => d.Journal));
        });
        return ExitCode.Done;
    }
}
