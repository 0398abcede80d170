using System.CommandLine;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary>What all backup commands have in common: flags, the run, its report.</summary>
sealed class RunOptions
{
    readonly BrHost host;
    readonly ClusterOptions cluster;
    readonly StoreOptions store;
    readonly SealOptions seal;
    readonly OutputOptions output;
    readonly Option<int> concurrency = BackupCommand.Concurrency();
    readonly Option<bool> resumable = new("--resumable") { Description = "keep the checkpoint and what was sent if the run fails or is interrupted, for --resume; until then no other backup can begin" };
    readonly Option<BackupName?> resume = new("--resume") { Description = "go on with this backup, which failed, was interrupted or killed", CustomParser = Parsers.By<BackupName?>(text => BackupName.Parse(text)) };
    readonly Option<bool> replaceKilled;

    /// <summary>Adds the flags to a command.</summary>
    public RunOptions(Command command, BrHost host)
    {
        this.host = host;
        (cluster, store, seal, output) = (ClusterOptions.AddTo(command, metaRequired: true), StoreOptions.AddTo(command), SealOptions.AddTo(command), OutputOptions.AddTo(command));
        command.Options.Add(concurrency);
        command.Options.Add(resumable);
        command.Options.Add(resume);
        replaceKilled = new Option<bool>("--replace-killed")
        {
            Description = "remove what a killed backup of this cluster left in this store and on the servers, instead of refusing; waits up to two minutes to be sure that it is dead, and keeps what was made with --resumable [NEBULAKEEP_REPLACE_KILLED=true]",
            DefaultValueFactory = _ => host.Environment("NEBULAKEEP_REPLACE_KILLED") == "true",
        };
        command.Options.Add(replaceKilled);
    }

    /// <summary>An interrupted run is to go on.</summary>
    public bool Resumes(ParseResult parsed) => parsed.GetValue(resume) is not null;

    /// <summary>Runs or resumes a backup and reports.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<BackupRequest, BackupRequest> build, CancellationToken cancellationToken)
    {
        var request = build(new BackupRequest
        {
            Concurrency = parsed.GetValue(concurrency), Resumable = parsed.GetValue(resumable), ReplacesKilled = parsed.GetValue(replaceKilled) && !Resumes(parsed), CreatedBy = Session.Program,
        });
        return Session.RunAsync(parsed, output, host, session => RunAsync(session, parsed, request with { ClusterSpec = ClusterSpecFile.Read(host.Environment) }, cancellationToken));
    }

    async Task<int> RunAsync(Session session, ParseResult parsed, BackupRequest request, CancellationToken cancellationToken)
    {
        var connector = session.Connect(cluster.Read(parsed, host.Environment));
        var root = await session.OpenRootAsync(store, parsed, seal.Read(parsed), cancellationToken);
        var run = new BackupRun(
            connector, root.Objects, root.Settings, new BackupTimes(), host.Clock, host.Random, session.Observer);
        var result = parsed.GetValue(resume) is { } name ? await run.ResumeAsync(name, request, cancellationToken) : await run.RunAsync(request, cancellationToken);
        return await ReportAsync(session, result);
    }

    static async Task<int> ReportAsync(Session session, BackupResult result)
    {
        var manifest = result.Manifest;
        var totals = manifest.Totals;
        var shared = manifest.Base is null ? "" : $" ({ByteSize.Format(totals.OwnBytes)} of its own in {totals.OwnFiles} files, the rest shared with {manifest.Chain.Count} earlier backups)";
        await session.ResultAsync(
            $"Backup {result.Name} is complete: {totals.Files} files, {ByteSize.Format(totals.Bytes)}{shared}, writes blocked for at most {manifest.WritesBlocked.UpperBoundMillis} ms.",
            json =>
            {
                json.WriteString("event", "complete");
                json.WriteString("name", result.Name.Value);
                if (manifest.Base is not null) json.WriteString("base", manifest.Base);
                json.WriteNumber("files", totals.Files);
                json.WriteNumber("bytes", totals.Bytes);
                json.WriteNumber("ownFiles", totals.OwnFiles);
                json.WriteNumber("ownBytes", totals.OwnBytes);
                json.WriteNumber("writesBlockedMillis", manifest.WritesBlocked.UpperBoundMillis);
                json.WriteNumber("seconds", Math.Round((manifest.Ended - manifest.Started).TotalSeconds, 3));
                json.WriteStringArray("notices", result.Notices);
            });
        return ExitCode.Done;
    }
}
