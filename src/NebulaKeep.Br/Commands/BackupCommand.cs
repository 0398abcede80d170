using System.CommandLine;
using NebulaKeep.Backup.Backups;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Br.Options;

namespace NebulaKeep.Br.Commands;

/// <summary><c>backup full</c> and <c>backup incr</c>.</summary>
static class BackupCommand
{
    public static Command Create(BrHost host) => new("backup", "Backs a cluster up") { Full(host), Incremental(host) };

    static Command Full(BrHost host)
    {
        var command = new Command("full", """
            Backs up all spaces, or those named.

            Examples:
              br-ent backup full --meta 10.0.0.1:9559 --storage local:///backups --enable-ssl
              br-ent backup full --meta 10.0.0.1:9559,10.0.0.2:9559 --storage s3://bucket/nebula \
                  --s3.endpoint https://s3.example.com --enable-ssl --ca-path ca.crt --cert-path client.crt --key-path client.key
              br-ent backup full --meta 10.0.0.1:9559 --storage gs://bucket/nebula --gs.credentials key.json --enable-ssl
              br-ent backup full --meta 10.0.0.1:9559 --storage s3://bucket/sealed --enable-ssl --compress zstd --encrypt --key-file root.key
              br-ent backup full --meta 10.0.0.1:9559 --storage local:///backups --enable-ssl --resumable
              br-ent backup full --meta 10.0.0.1:9559 --storage local:///backups --enable-ssl --resume BACKUP_2026_11_22_08_05_13
              br-ent backup full --meta 10.0.0.1:9559 --storage local:///backups --enable-ssl --replace-killed     by a timer: nobody is there to clean up
            """);
        var run = new RunOptions(command, host);
        var spaces = new Option<IReadOnlyList<string>?>("--spaces") { Description = "only these spaces; several by repeating or with commas", CustomParser = Parsers.Names, Arity = ArgumentArity.OneOrMore };
        command.Options.Add(spaces);
        command.SetAction((parsed, cancellationToken) => run.RunAsync(parsed, request => request with { Spaces = parsed.GetValue(spaces) ?? [] }, cancellationToken));
        return command;
    }

    static Command Incremental(BrHost host)
    {
        var command = new Command("incr", """
            Backs up what changed since a base; the result restores like a full backup, with 'restore full'. The base must be a complete backup of
            the same cluster in the same store. Mode share lists every file and sends only those whose bytes no backup of the base's chain holds.
            Mode wal sends only raft logs, which the servers replay after a restore. It is refused where that would not be exact; but CLEAR SPACE
            leaves no trace in the logs: after it, use share or make a full backup.

            Examples:
              br-ent backup incr --base latest --meta 10.0.0.1:9559 --storage local:///backups --enable-ssl
              br-ent backup incr --base BACKUP_2026_11_22_08_05_13 --meta 10.0.0.1:9559 --storage s3://bucket/nebula --enable-ssl
            """);
        var run = new RunOptions(command, host);
        var baseName = new Option<BaseChoice?>("--base") { Description = "the backup to build on: its name, or latest for the newest complete one of this cluster", CustomParser = Parsers.By(BaseChoice.Parse) };
        var mode = new Option<string>("--mode") { Description = "share: every changed file; wal: only raft logs since the base, under conditions", DefaultValueFactory = _ => "share" };
        mode.AcceptOnlyFromAmong("share", "wal");
        var walTtl = new Option<TimeSpan>("--wal-ttl") { Description = "with --mode wal: the storageds' wal_ttl, as seconds or hh:mm:ss; a base that is older is refused", DefaultValueFactory = _ => TimeSpan.FromHours(4), CustomParser = Parsers.By(Duration) };
        var checksum = new Option<bool>("--checksum") { Description = "read and compare every file; inode and time of modification prove nothing" };
        command.Options.Add(baseName);
        command.Options.Add(mode);
        command.Options.Add(checksum);
        command.Options.Add(walTtl);
        command.SetAction((parsed, cancellationToken) => run.RunAsync(parsed, request => Build(request with { WalTtl = parsed.GetValue(walTtl) }, parsed.GetValue(baseName), Enum.Parse<IncrementalMode>(parsed.GetValue(mode)!, ignoreCase: true), parsed.GetValue(checksum), run.Resumes(parsed)), cancellationToken));
        return command;
    }

    static TimeSpan Duration(string text) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds < int.MaxValue ? TimeSpan.FromSeconds(seconds)
        : TimeSpan.TryParseExact(text, "c", System.Globalization.CultureInfo.InvariantCulture, out var time) ? time
        : throw new FormatException($"'{text}' is no duration: seconds, or hh:mm:ss");

    static BackupRequest Build(BackupRequest request, BaseChoice? baseName, IncrementalMode mode, bool checksum, bool resumes)
    {
        if (baseName is null && !resumes) throw new UsageException("--base is missing: the name of a backup, or latest.");
        if (baseName is not null && resumes) throw new UsageException("--resume goes on with the base that the interrupted run had; leave --base out.");
        return request with { AlwaysHash = checksum, Incremental = resumes ? null : new IncrementalRequest(baseName!.Name, mode) };
    }

    /// <summary>Files in flight at each agent.</summary>
    public static Option<int> Concurrency()
    {
        var option = new Option<int>("--concurrency") { Description = "files in flight at each agent, 1 to 256", DefaultValueFactory = _ => 5 };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 256) result.AddError("--concurrency takes 1 to 256");
        });
        return option;
    }
}
