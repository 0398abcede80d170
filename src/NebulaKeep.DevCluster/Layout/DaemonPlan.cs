using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Layout;

/// <summary>One daemon of a cluster on this machine.</summary>
/// <param name="Role">Which daemon.</param>
/// <param name="Address">Where it listens for Thrift; HTTP is 10000 ports higher.</param>
/// <param name="Root">Its install root: working directory of the daemon, DirInfo.root.</param>
public sealed record DaemonPlan(DaemonRole Role, HostAddress Address, string Root)
{
    /// <summary>The program, absolute.</summary>
    public string Program => Path.Combine(Root, "bin", Role.ProgramName());

    /// <summary>The flag file, absolute.</summary>
    public string FlagFile => Path.Combine(Root, "etc", $"{Role.ProgramName()}.conf");
}
