using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Registration;

/// <summary>A daemon of this host as metad reported it.</summary>
/// <param name="Root">Its working directory, absolute.</param>
/// <param name="Data">Its data directories, absolute.</param>
sealed record HostService(Role Role, HostAddress Address, string Root, IReadOnlyList<string> Data);
