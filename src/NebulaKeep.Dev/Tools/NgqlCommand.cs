using System.CommandLine;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.Dev.Tools;

/// <summary><c>nebula-dev ngql</c>: statements in, tables out.</summary>
static class NgqlCommand
{
    const string Help = """
        Runs nGQL statements at a graphd and prints what they answer; without --execute reads statements from standard input, one a line.

        Example:
          nebula-dev ngql --graphd 127.0.1.5:9669 -e 'SHOW HOSTS' --ca-path ca.crt --cert-path client.crt --key-path client.key
        """;

    public static Command Create()
    {
        var command = new Command("ngql", Help);
        var connection = new ConnectionOptions(command, "--graphd", "the graphd, host:port");
        var statements = new Option<string[]>("--execute", "-e") { Description = "A statement; may be repeated." };
        command.Options.Add(statements);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await connection.Sessions(parsed)(cancellationToken);
            await foreach (var statement in StatementsAsync(parsed.GetValue(statements), cancellationToken))
                if (await session.ExecuteAsync(statement, cancellationToken) is { ColumnNames.Count: > 0 } rows) await PrintAsync(parsed.InvocationConfiguration.Output, rows);
            return 0;
        });
        return command;
    }

    static async IAsyncEnumerable<string> StatementsAsync(
        string[]? given, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var statement in given ?? []) yield return statement;
        if (given is { Length: > 0 }) yield break;
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
            if (line.Trim().Length > 0) yield return line;
    }

    // A row may be shorter than the header: the last row of SHOW HOSTS is.
    static async Task PrintAsync(TextWriter output, DataSet rows)
    {
        IReadOnlyList<string[]> lines = [[.. rows.ColumnNames], .. rows.Rows.Select(row => row.Values.Select(Cell).ToArray())];
        var widths = rows.ColumnNames.Select((_, i) => lines.Max(line => line.ElementAtOrDefault(i)?.Length ?? 0)).ToArray();
        foreach (var line in lines) await output.WriteLineAsync(string.Join("  ", line.Take(widths.Length).Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    static string Cell(Value value) => value.Field == ValueField.None ? "" : ValueText.Of(value);
}
