using System.CommandLine;
using NebulaKeep.DevCluster.Workload;

namespace NebulaKeep.Dev.Tools;

/// <summary><c>nebula-dev digest</c>: every row of a cluster in one line a space.</summary>
static class DigestCommand
{
    const string Help = """
        Reads every vertex and every edge with all properties from the leaders of their partitions, and prints for each space its name, the
        number of vertices and edges, and a checksum of all rows. Equal lines mean equal data.

        Example:
          nebula-dev digest --metad 127.0.1.1:9559
        """;

    public static Command Create()
    {
        var command = new Command("digest", Help);
        var connection = new ConnectionOptions(command, "--metad", "a metad, host:port");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var reader = new GraphReader([connection.Address(parsed)], connection.Thrift(parsed));
            foreach (var space in await reader.SpacesAsync(cancellationToken))
            {
                var digest = await reader.DigestAsync(space, cancellationToken);
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{digest.Space} vertices={digest.Vertices} edges={digest.Edges} sha256={digest.Checksum}");
            }

            return 0;
        });
        return command;
    }
}
