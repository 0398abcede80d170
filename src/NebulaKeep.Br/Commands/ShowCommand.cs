using System.CommandLine;
using System.Text.Json;
using NebulaKeep.Backup.Catalog;
using NebulaKeep.Br.Options;
using NebulaKeep.Br.Output;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary><c>show</c>.</summary>
static class ShowCommand
{
    public static Command Create(BrHost host)
    {
        var command = new Command("show", """
            Lists the backups in a store, also those that nebula-br made; with --name, one of them in detail. Only manifests are read:
            'verify' looks at the objects.

            Examples:
              br-ent show --storage s3://bucket/nebula --s3.endpoint https://s3.example.com
              br-ent show --storage local:///backups --wide          sizes, durations, states
              br-ent show --storage local:///backups --tree          incrementals below their bases
              br-ent show --storage local:///backups --name BACKUP_2026_11_22_08_05_13
              br-ent show --storage local:///backups --output json   all of it for programs
            """);
        var (store, output) = (StoreOptions.AddTo(command), OutputOptions.AddTo(command));
        var name = NameOptions.Optional("show this backup in detail");
        var wide = new Option<bool>("--wide") { Description = "state, type, sizes (all, own, shared), duration, write-blocked time, pins" };
        var tree = new Option<bool>("--tree") { Description = "the same, each incremental below its base" };
        foreach (var option in new Option[] { name, wide, tree }) command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => Session.RunAsync(parsed, output, host, async session =>
        {
            var catalog = new BackupCatalog((await session.OpenRootAsync(store, parsed, null, cancellationToken)).Objects);
            return parsed.GetValue(name) is { } one
                ? await DescribeAsync(catalog, one, session, host, cancellationToken)
                : await ListAsync(await catalog.ListAsync(cancellationToken), parsed.GetValue(tree), parsed.GetValue(wide), session, host);
        }));
        return command;
    }

    static async Task<int> ListAsync(IReadOnlyList<CatalogEntry> entries, bool tree, bool wide, Session session, BrHost host)
    {
        if (session.IsJson) await host.Out.WriteLineAsync(JsonSerializer.Serialize(entries, CatalogJson.Default.IReadOnlyListCatalogEntry));
        else await PrintAsync(entries, tree ? CatalogWide.Tree : wide ? CatalogWide.Lines : CatalogTable.Lines, host);
        return ExitCode.Done;
    }

    static async Task<int> DescribeAsync(BackupCatalog catalog, BackupName name, Session session, BrHost host, CancellationToken cancellationToken)
    {
        var details = await catalog.DescribeAsync(name, cancellationToken)
            ?? throw new NebulaKeepException($"There is no {name} in this store. 'br show' without --name lists what there is.");
        if (session.IsJson) await host.Out.WriteLineAsync(JsonSerializer.Serialize(details, CatalogJson.Default.BackupDetails));
        else foreach (var line in DetailsText.Lines(details, host.Clock.LocalTimeZone)) await host.Out.WriteLineAsync(line);
        return ExitCode.Done;
    }

    static async Task PrintAsync(IReadOnlyList<CatalogEntry> entries, Func<IReadOnlyList<CatalogEntry>, TimeZoneInfo, IEnumerable<string>> table, BrHost host)
    {
        foreach (var line in table(entries, host.Clock.LocalTimeZone)) await host.Out.WriteLineAsync(line);
        foreach (var entry in entries.Where(e => e.Problem is not null)) await host.Error.WriteLineAsync($"br: {entry.Name}: {entry.Problem}");
    }
}
