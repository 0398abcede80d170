using System.CommandLine;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Layout;

namespace NebulaKeep.Dev.Tools;

/// <summary><c>nebula-dev layout</c>: the folders and flag files of a cluster on this machine.</summary>
static class LayoutCommand
{
    const string Help = """
        Makes a folder for each host of a cluster on this machine: bin with links to this program, etc with flag files.
        Prints a line for each daemon in the order in which they start: role, address, folder.

        Example:
          nebula-dev layout --root /tmp/c --metad 127.0.1.1 --storaged 127.0.1.2 --storaged 127.0.1.3 --graphd 127.0.1.4 --certs /tmp/c/certs
          cd /tmp/c/127.0.1.1 && bin/nebula-metad --flagfile etc/nebula-metad.conf
        """;

    public static Command Create()
    {
        var command = new Command("layout", Help);
        var root = new Option<string>("--root") { Description = "Folder for the hosts' folders.", Required = true };
        var (metads, storageds, graphds) = (Hosts("--metad"), Hosts("--storaged"), Hosts("--graphd"));
        var certs = new Option<string?>("--certs") { Description = "Folder with server.crt, server.key and ca.crt; without it there is no TLS." };
        var paths = new Option<int>("--data-paths") { Description = "Data paths of each storaged.", DefaultValueFactory = _ => 2 };
        foreach (var option in new Option[] { root, metads, storageds, graphds, certs, paths }) command.Options.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed.InvocationConfiguration.Output, new ClusterPlan
        {
            Root = Path.GetFullPath(parsed.GetRequiredValue(root)),
            Metads = Addresses(parsed.GetValue(metads), DaemonRole.Metad),
            Storageds = Addresses(parsed.GetValue(storageds), DaemonRole.Storaged),
            Graphds = Addresses(parsed.GetValue(graphds), DaemonRole.Graphd),
            Certificates = parsed.GetValue(certs) is { } folder ? Path.GetFullPath(folder) : null,
            DataPaths = parsed.GetValue(paths),
        }));
        return command;
    }

    static async Task<int> RunAsync(TextWriter output, ClusterPlan plan)
    {
        plan.Write(Environment.ProcessPath!);
        foreach (var daemon in plan.Daemons) await output.WriteLineAsync($"{daemon.Role.ShortName()} {daemon.Address} {daemon.Root}");
        return 0;
    }

    static Option<string[]> Hosts(string flag) => new(flag) { Description = "Address, with or without port; may be repeated." };

    static HostAddress[] Addresses(string[]? texts, DaemonRole role) =>
        [.. (texts ?? []).Select(text => HostAddress.TryParse(text, out var address) ? address : new HostAddress(text, role.DefaultPort()))];
}
