using NebulaKeep.Agent.Files;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Daemons;

/// <summary>Where a daemon's files lie and what its flag file says (spec/agent.md §4, spec/cluster-layout.md).</summary>
/// <param name="Name">metad, storaged or graphd.</param>
/// <param name="PidFile">Absolute.</param>
/// <param name="Daemonizes">The started process ends once the daemon runs in the background.</param>
sealed record DaemonFiles(string Root, string Name, string PidFile, bool Daemonizes)
{
    const int MaxFlagFileBytes = 1 << 20;

    public string Binary => $"{Root}/bin/nebula-{Name}";

    public string FlagFile => $"{Root}/etc/nebula-{Name}.conf";

    public string Script => $"{Root}/scripts/nebula.service";

    /// <summary>What the daemon prints while it is started, for the error message; the daemon may go on writing to it.</summary>
    public string Output => $"{Root}/{Journals.Journal.Folder}/nebula-{Name}.out";

    /// <summary>Reads the flag file of a daemon in a root that the guard has allowed.</summary>
    /// <exception cref="AgentFailureException">There is no such role or flag file.</exception>
    public static DaemonFiles Read(string root, Role role)
    {
        var files = new DaemonFiles(root, NameOf(role), "", Daemonizes: true);
        if (Posix.Stat(files.FlagFile) is not { } stat) throw new AgentFailureException(GrpcStatusCode.NotFound, $"there is no nebula-{files.Name} in {root}: {files.FlagFile} does not exist");
        if (stat.Size > MaxFlagFileBytes) throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"{files.FlagFile} is too long to be a flag file");
        return files.With(Flags(File.ReadAllLines(files.FlagFile)));
    }

    /// <summary>The metad and the storaged that have a flag file in a root.</summary>
    public static IEnumerable<DaemonFiles> WithDataIn(string root) =>
        new[] { Role.Meta, Role.Storage }.Where(role => Posix.Stat(new DaemonFiles(root, NameOf(role), "", Daemonizes: true).FlagFile) is not null).Select(role => Read(root, role));

    /// <summary>The last of several equal flags counts, as gflags has it. Lines that are no flags are skipped.</summary>
    internal static Dictionary<string, string> Flags(IEnumerable<string> lines)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.StartsWith('-')))
        {
            var flag = line.TrimStart('-');
            var equals = flag.IndexOf('=');
            flags[equals < 0 ? flag : flag[..equals].Trim()] = equals < 0 ? "true" : flag[(equals + 1)..].Trim();
        }

        return flags;
    }

    DaemonFiles With(Dictionary<string, string> flags) => this with
    {
        PidFile = Path.Combine(Root, flags.GetValueOrDefault("pid_file", $"pids/nebula-{Name}.pid")),
        Daemonizes = flags.GetValueOrDefault("daemonize", "true") is "true" or "t" or "1" or "yes",
    };

    static string NameOf(Role role) => role switch
    {
        Role.Meta => "metad",
        Role.Storage => "storaged",
        Role.Graph => "graphd",
        _ => throw new AgentFailureException(GrpcStatusCode.InvalidArgument, "the request names no role"),
    };
}
