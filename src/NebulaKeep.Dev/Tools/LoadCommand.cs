using System.CommandLine;
using System.Globalization;
using NebulaKeep.DevCluster.Workload;

namespace NebulaKeep.Dev.Tools;

/// <summary><c>nebula-dev load</c>: a sample graph in two spaces.</summary>
static class LoadCommand
{
    const string Help = """
        Makes two spaces and fills them through graphd: 'social' with text ids and 'network' with numbers as ids, half of the rows each.
        The same numbers give the same graph. With --edition it writes edges of a graph that is there anew instead.

        Example:
          nebula-dev load --graphd 127.0.1.5:9669 --vertices 100000 --edges 200000
          nebula-dev load --graphd 127.0.1.5:9669 --vertices 100000 --edges 2000 --edition 1
        """;

    public static Command Create()
    {
        var command = new Command("load", Help);
        var connection = new ConnectionOptions(command, "--graphd", "the graphd, host:port");
        var vertices = new Option<long>("--vertices") { Description = "Of both spaces together.", DefaultValueFactory = _ => 100_000 };
        var edges = new Option<long>("--edges") { Description = "Of both spaces together.", DefaultValueFactory = _ => 200_000 };
        var replicas = new Option<int>("--replicas") { Description = "Of 'social'; 'network' has one.", DefaultValueFactory = _ => 3 };
        var note = new Option<int>("--note-bytes") { Description = "Length of a text on each edge that does not compress, for large data; 0: a short one.", DefaultValueFactory = _ => 0 };
        var edition = new Option<int>("--edition") { Description = "Above 0: writes the first --edges edges anew, with other contents for each edition; --vertices as the graph was made.", DefaultValueFactory = _ => 0 };
        foreach (var option in new Option[] { vertices, edges, replicas, note, edition }) command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (v, e, output) = (parsed.GetValue(vertices), parsed.GetValue(edges), parsed.InvocationConfiguration.Output);
            var loader = new SampleLoader(connection.Sessions(parsed), TimeProvider.System);
            await LoadAsync(loader, new SampleSpace("social", v - v / 2, e - e / 2, 10, parsed.GetValue(replicas), HasIntegerVids: false, parsed.GetValue(note), parsed.GetValue(edition)), output, cancellationToken);
            await LoadAsync(loader, new SampleSpace("network", v / 2, e / 2, 5, 1, HasIntegerVids: true, parsed.GetValue(note), parsed.GetValue(edition)), output, cancellationToken);
            return 0;
        });
        return command;
    }

    static async Task LoadAsync(SampleLoader loader, SampleSpace space, TextWriter output, CancellationToken cancellationToken)
    {
        var (clock, all) = (TimeProvider.System, space.Vertices + space.Edges);
        var started = clock.GetTimestamp();
        if (space.Edition > 0) await loader.ChangeAsync(space, rows => Show(space.Name, rows, space.Edges), cancellationToken);
        else await loader.LoadAsync(space, rows => Show(space.Name, rows, all), cancellationToken);
        if (!Console.IsOutputRedirected) Console.Write("\r");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{space.Name}: {(space.Edition > 0 ? "changed" : $"{space.Vertices} vertices and")} {space.Edges} edges in {clock.GetElapsedTime(started).TotalSeconds:F1} s"));
    }

    static void Show(string space, long rows, long all)
    {
        if (!Console.IsOutputRedirected) Console.Write($"\r{space}: {rows * 100 / all} %");
    }
}
