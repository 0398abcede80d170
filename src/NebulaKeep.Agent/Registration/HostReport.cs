namespace NebulaKeep.Agent.Registration;

/// <summary>What metad knows of a host.</summary>
/// <param name="Services">Its daemons.</param>
/// <param name="Missing">Why a daemon is missing in the list although metad knows it; null where none is.</param>
sealed record HostReport(IReadOnlyList<HostService> Services, string? Missing);
