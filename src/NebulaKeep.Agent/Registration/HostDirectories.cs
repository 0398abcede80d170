using NebulaKeep.Agent.Guard;

namespace NebulaKeep.Agent.Registration;

/// <summary>
/// What metad reported of this host, joined with what the operator of the agent allows. A directory once reported stays
/// allowed while the process lives: a restore works while metad is down, and afterwards an empty metad knows nothing.
/// Safe for concurrent use.
/// </summary>
sealed class HostDirectories(IReadOnlyList<string> allowedDirectories, IReadOnlyList<string> storeRoots) : IAllowedDirectories
{
    volatile IReadOnlyList<HostService> services = [];

    /// <summary>The daemons, as last reported.</summary>
    public IReadOnlyList<HostService> Services => services;

    /// <inheritdoc/>
    public IReadOnlyList<string> Data => [.. services.SelectMany(service => service.Data).Concat(allowedDirectories).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Roots => [.. services.Select(service => service.Root).Concat(allowedDirectories).Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<string> StoreRoots => storeRoots;

    /// <summary>Takes in a report. A daemon that is missing in it is kept as it was; one that moved replaces its old entry.</summary>
    public void Learn(IEnumerable<HostService> reported)
    {
        var known = services.ToDictionary(service => (service.Role, service.Address));
        foreach (var service in reported.Select(Resolve).OfType<HostService>()) known[(service.Role, service.Address)] = service;
        services = [.. known.Values.OrderBy(service => service.Role).ThenBy(service => service.Address)];
    }

    /// <summary>Relative data paths lie below the root. A report that names <c>/</c> or no plain path is not believed.</summary>
    static HostService? Resolve(HostService service)
    {
        if (TryNormalize(service.Root) is not { } root) return null;
        var data = service.Data.Select(path => TryNormalize(path.StartsWith('/') ? path : $"{root}/{path}")).OfType<string>();
        return service with { Root = root, Data = [.. data] };
    }

    static string? TryNormalize(string path)
    {
        try
        {
            var plain = PathRules.Normalize(path);
            return plain == "/" ? null : plain;
        }
        catch (AgentFailureException)
        {
            return null;
        }
    }
}
