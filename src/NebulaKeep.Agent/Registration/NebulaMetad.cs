using NebulaKeep.Core;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Rpc.AgentV1;
using HostRole = NebulaKeep.Nebula.Meta.HostRole;

namespace NebulaKeep.Agent.Registration;

/// <summary>Talks to real metads. The client connects again, to any of them, within one call (spec/agent.md §3).</summary>
sealed class NebulaMetad(IMetaClient client, HostAddress agent, string version) : IMetad
{
    /// <inheritdoc/>
    public async Task<HostReport> RegisterAsync(CancellationToken cancellationToken)
    {
        var reported = await client.AgentHeartbeatAsync(agent, version, null, cancellationToken);
        var services = new List<HostService>();
        string? missing = null;
        foreach (var service in reported)
        {
            try
            {
                if (await DescribeAsync(service, cancellationToken) is { } described) services.Add(described);
            }
            catch (NebulaKeepException e)
            {
                // A metad of this host that does not answer must not hide the host's other daemons.
                missing = $"the directories of {service.Addr.ToAddress()} are not known: {e.Message}";
            }
        }

        return new HostReport(services, missing);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => client.DisposeAsync();

    /// <summary>A metad's directories are known to that metad alone.</summary>
    async Task<HostService?> DescribeAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        if (RoleOf(service.Role) is not { } role) return null;
        var address = service.Addr.ToAddress();
        var directories = role == Role.Meta ? await client.GetMetaDirInfoAsync(address, cancellationToken) : service.Dir;
        return new HostService(role, address, directories.Root, directories.Data);
    }

    /// <summary>Thrift's numbers differ from our own (spec/agent.md §2.1); agents and listeners have no files here.</summary>
    static Role? RoleOf(HostRole role) => role switch
    {
        HostRole.META => Role.Meta,
        HostRole.STORAGE => Role.Storage,
        HostRole.GRAPH => Role.Graph,
        _ => null,
    };
}
