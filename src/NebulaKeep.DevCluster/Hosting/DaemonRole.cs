namespace NebulaKeep.DevCluster.Hosting;

/// <summary>Which daemon of NebulaGraph a process stands in for.</summary>
public enum DaemonRole
{
    /// <summary>Keeps spaces, schemas and hosts.</summary>
    Metad,

    /// <summary>Keeps vertices and edges.</summary>
    Storaged,

    /// <summary>Runs nGQL.</summary>
    Graphd,
}

/// <summary>Names and defaults that follow from a role (spec/meta-thrift.md §6, spec/cluster-layout.md §1).</summary>
public static class DaemonRoles
{
    /// <summary>All roles, in the order in which a cluster starts.</summary>
    public static IReadOnlyList<DaemonRole> All { get; } = [DaemonRole.Metad, DaemonRole.Storaged, DaemonRole.Graphd];

    /// <summary>"metad", "storaged" or "graphd".</summary>
    public static string ShortName(this DaemonRole role) => role.ToString().ToLowerInvariant();

    /// <summary>"nebula-metad" and so on: the program, its pid file, its configuration and its log are called so.</summary>
    public static string ProgramName(this DaemonRole role) => "nebula-" + role.ShortName();

    /// <summary>The port for Thrift where no flag names one.</summary>
    public static int DefaultPort(this DaemonRole role) => role switch { DaemonRole.Metad => 9559, DaemonRole.Storaged => 9779, _ => 9669 };

    /// <summary>The port for HTTP where no flag names one.</summary>
    public static int DefaultHttpPort(this DaemonRole role) => 10_000 + role.DefaultPort();

    /// <summary>The role that a program or sub-command of this name plays; null for another name.</summary>
    public static DaemonRole? FromName(string name)
    {
        var roles = All.Where(role => name == role.ProgramName() || name == role.ShortName()).ToList();
        return roles.Count == 0 ? null : roles[0];
    }
}
