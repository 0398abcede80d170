using NebulaKeep.Agent.Registration;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Services;

/// <summary>What the agent says of itself.</summary>
sealed class AgentSelf(HostAddress address, string version, HostDirectories directories, TimeProvider clock)
{
    /// <summary>Made anew for each call: daemons come and disks fail.</summary>
    public DescribeResponse Describe() => new()
    {
        Version = version,
        Host = address.Host,
        Port = address.Port,
        UnixMillis = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        Services = { directories.Services.Select(Message) },
        AllowedDirectories = { directories.Data },
        StoreRoots = { directories.StoreRoots },
        Notices = { Notices() },
    };

    static Service Message(HostService service) => new()
    {
        Role = service.Role,
        Host = service.Address.Host,
        Port = service.Address.Port,
        Root = service.Root,
        Data = { service.Data },
    };

    IEnumerable<string> Notices()
    {
        // Graphd has no data: on its host nothing is missing.
        var graphdOnly = directories.Services.Count > 0 && directories.Services.All(service => service.Role == Role.Graph);
        if (directories.Data.Count == 0 && !graphdOnly) yield return "metad has reported no data directory of this host yet, and the agent was started without --allowed_dirs";
        foreach (var directory in directories.Data.Concat(directories.StoreRoots))
        {
            if (!Directory.Exists(directory)) yield return $"{directory} does not exist on this host";
        }
    }
}
