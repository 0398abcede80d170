using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using NebulaKeep.Backup.Verification;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary><c>verify</c>.</summary>
static class VerifyCommand
{
    public static Command Create(BrHost host)
    {
        var command = new Command("verify", """
            Looks whether a backup is still what was stored. Exit code 0: it is; 1: damage, each piece listed with the other backups
            that use it. Backups that nebula-br made are verified as far as they allow; the output says how far.

            Levels:
              exists     every object is there with its size, seen by listing
              checksum   every object is read and compared with its SHA-256; --sample reads only a share of them
              deep       also every RocksDB database and table of metad is opened and all its blocks are read, every raft log is followed,
                         and every partition is looked for where metad's tables say it is. Downloads one checkpoint at a time to
                         --scratch, needs room there for the largest, and removes it again. Needs RocksDB's library (librocksdb7.8)

            Examples:
              br-ent verify --storage local:///backups --name BACKUP_2026_11_22_08_05_13
              br-ent verify --storage s3://bucket/nebula --name BACKUP_2026_11_22_08_05_13 --level checksum --sample 1%
              br-ent verify --storage s3://bucket/nebula --name BACKUP_2026_11_22_08_05_13 --level deep --scratch /mnt/scratch
            """);
        var (store, output) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var (name, level, sample, scratch, concurrency) = (RestoreCommand.Name(), Level(), Sample(), Scratch(), Concurrency());
        foreach (var option in new Option[] { name, level, sample, scratch, concurrency }) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var request = new VerifyRequest
            {
                Name = parsed.GetValue(name)!.Value,
                Level = parsed.GetValue(level),
                Sample = parsed.GetValue(sample),
                Scratch = parsed.GetValue(scratch) ?? Path.GetTempPath(),
                Concurrency = parsed.GetValue(concurrency),
            };
            if (request is { Sample: < 1, Level: VerifyLevel.Exists }) throw new UsageException("--sample is about reading contents: add --level checksum.");
            if (request is { Sample: < 1, Level: VerifyLevel.Deep }) throw new UsageException("--level deep reads everything: leave --sample out.");
            if (request.Level != VerifyLevel.Deep && parsed.GetValue(scratch) is not null) throw new UsageException("--scratch is about looking into databases: add --level deep.");
            var root = await session.OpenRootAsync(store, parsed, null, cancellationToken);
            var verifier = new BackupVerifier(root.Objects, host.Clock, host.Random, session.Observer);
            return await ReportAsync(session, await verifier.RunAsync(request, cancellationToken));
        }));
        return command;
    }

    static Option<VerifyLevel> Level()
    {
        var option = new Option<VerifyLevel>("--level") { Description = "how closely: exists, checksum or deep", DefaultValueFactory = _ => VerifyLevel.Exists, CustomParser = Parsers.By(ParseLevel) };
        return option;
    }

    static VerifyLevel ParseLevel(string text) => text switch
    {
        "exists" => VerifyLevel.Exists,
        "checksum" => VerifyLevel.Checksum,
        "deep" => VerifyLevel.Deep,
        _ => throw new FormatException($"'{text}' is no level: write exists, checksum or deep"),
    };

    static Option<double> Sample() =>
        new("--sample") { Description = "read this share of the objects, chosen at random: 1% or 0.01", DefaultValueFactory = _ => 1, CustomParser = Parsers.By(ParseShare) };

    static double ParseShare(string text)
    {
        var percent = text.EndsWith('%');
        var digits = percent ? text[..^1] : text;
        if (double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number / (percent ? 100 : 1) is > 0 and <= 1 and var share) return share;
        throw new FormatException($"'{text}' is no share: write for example 1% or 0.01");
    }

    static Option<string?> Scratch() => new("--scratch") { Description = "folder for what --level deep downloads; default: the system's temporary folder" };

    static Option<int> Concurrency()
    {
        var option = new Option<int>("--concurrency") { Description = "objects read at once, 1 to 256", DefaultValueFactory = _ => 5 };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 256) result.AddError("--concurrency takes 1 to 256");
        });
        return option;
    }

    static async Task<int> ReportAsync(Session session, VerifyReport report)
    {
        await session.ResultAsync(string.Join('\n', VerifyText.Lines(report)), json => Write(json, report));
        return report.IsWhole ? ExitCode.Done : ExitCode.Failed;
    }

    static void Write(Utf8JsonWriter json, VerifyReport report)
    {
        json.WriteString("event", report.IsWhole ? "complete" : "damaged");
        json.WriteString("name", report.Name.Value);
        json.WriteString("level", VerifyText.Level(report.Level));
        json.WriteBoolean("whole", report.IsWhole);
        json.WriteNumber("objects", report.Objects);
        json.WriteNumber("bytes", report.Bytes);
        json.WriteNumber("objectsRead", report.ObjectsRead);
        json.WriteNumber("bytesRead", report.BytesRead);
        if (report.Deep is { } deep) Write(json, deep);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings) Write(json, finding);
        json.WriteEndArray();
        json.WriteStringArray("notes", report.Notes);
    }

    static void Write(Utf8JsonWriter json, DeepFigures deep)
    {
        json.WriteStartObject("sound");
        json.WriteNumber("tables", deep.Tables);
        json.WriteNumber("databases", deep.Databases);
        json.WriteNumber("entries", deep.Entries);
        json.WriteNumber("logs", deep.Logs);
        json.WriteNumber("partitions", deep.Partitions);
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("kind", finding.Kind.ToString());
        json.WriteString("key", finding.Key);
        if (finding.Path is { } path) json.WriteString("path", path);
        json.WriteString("detail", finding.Detail);
        json.WriteStringArray("usedBy", finding.UsedBy);
        json.WriteEndObject();
    }
}
