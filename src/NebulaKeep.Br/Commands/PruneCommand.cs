using System.CommandLine;
using System.Text.Json;
using NebulaKeep.Backup.Leases;
using NebulaKeep.Backup.Retention;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary><c>prune</c>.</summary>
static class PruneCommand
{
    public static Command Create(BrHost host)
    {
        var command = new Command("prune", """
            Removes the backups that no rule keeps, each cluster on its own, and what removed backups and interrupted runs have left.
            Kept backups stay whole: objects that they use in removed ones stay, too, until their last user goes. The newest complete backup
            of a cluster is never removed without --force, a pinned one never. Backups that nebula-br made are left alone.

            Examples:
              br-ent prune --storage local:///backups --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run
              br-ent prune --storage s3://bucket/nebula --keep-last 3 --keep-within 14d
            """);
        var (store, output, retention) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command), RetentionOptions.AddTo(command));
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "explain what would be removed and kept, and why; remove nothing" };
        var force = new Option<bool>("--force") { Description = "the newest complete backup of a cluster may go, too, where no rule keeps it" };
        var partial = new Option<TimeSpan>("--keep-partial") { Description = "leave alone what an interrupted run wrote to in this time; until then --resume can go on with it", DefaultValueFactory = _ => TimeSpan.FromDays(1), CustomParser = Parsers.By(Periods.Parse) };
        foreach (var option in new Option[] { dryRun, force, partial }) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var request = new PruneRequest
            {
                Policy = retention.Read(parsed),
                DryRun = parsed.GetValue(dryRun),
                Force = parsed.GetValue(force),
                KeepPartial = parsed.GetValue(partial),
                Zone = host.Clock.LocalTimeZone,
                Self = session.Self(""),
            };
            var root = await session.OpenRootAsync(store, parsed, null, cancellationToken);
            var pruner = new Pruner(root.Objects, LeaseTimes.Default, host.Clock, host.Random, session.Observer);
            return await ReportAsync(session, request.DryRun, await RunAsync(pruner, request, cancellationToken));
        }));
        return command;
    }

    static async Task<PruneResult> RunAsync(Pruner pruner, PruneRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await pruner.RunAsync(request, cancellationToken);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new RemovalInterruptedException("Interrupted. All backups that 'br show' lists as complete are whole; the next prune removes what is left of the others.", e);
        }
    }

    static async Task<int> ReportAsync(Session session, bool dryRun, PruneResult result)
    {
        await session.ResultAsync(string.Join('\n', Lines(dryRun, result)), json => Write(json, dryRun, result));
        return ExitCode.Done;
    }

    static IEnumerable<string> Lines(bool dryRun, PruneResult result)
    {
        foreach (var line in TextTable.Lines(["NAME", "", "BECAUSE"], [.. result.Decisions.Select(d => new[] { d.Name, d.Keep ? "keep" : "remove", string.Join(", ", d.Reasons) })])) yield return line;
        foreach (var note in result.Notes) yield return $"note: {note}";
        if (dryRun) yield return $"{result.Decisions.Count(d => !d.Keep)} of {result.Decisions.Count} backups would be removed. Nothing was.";
        else yield return $"Removed {result.Removed.Count} of {result.Decisions.Count} backups: {result.Objects} objects, {ByteSize.Format(result.Bytes)}.{Swept(result)}{Kept(result)}";
    }

    static string Swept(PruneResult result) => result.Swept.Count > 0 ? $" Also swept: {string.Join(", ", result.Swept)}." : "";

    static string Kept(PruneResult result) => result.Kept > 0 ? $" {result.Kept} objects of removed backups stay, others use them." : "";

    static void Write(Utf8JsonWriter json, bool dryRun, PruneResult result)
    {
        json.WriteString("event", "complete");
        json.WriteBoolean("dryRun", dryRun);
        json.WriteStartArray("decisions");
        foreach (var decision in result.Decisions)
        {
            json.WriteStartObject();
            json.WriteString("name", decision.Name);
            json.WriteBoolean("keep", decision.Keep);
            json.WriteStringArray("reasons", decision.Reasons);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStringArray("removed", result.Removed.Select(n => n.Value));
        json.WriteStringArray("swept", result.Swept.Select(n => n.Value));
        json.WriteNumber("objects", result.Objects);
        json.WriteNumber("bytes", result.Bytes);
        json.WriteNumber("kept", result.Kept);
        json.WriteStringArray("notes", result.Notes);
    }
}
