using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Br.Options;

/// <summary>How to reach a cluster.</summary>
/// <param name="Metads">One or more; empty where a command needs only agents.</param>
/// <param name="DaemonTls">For metad and storaged; null: plaintext.</param>
/// <param name="AgentTls">For agents; null: plaintext.</param>
sealed record ConnectionSettings(IReadOnlyList<HostAddress> Metads, TlsFiles? DaemonTls, TlsFiles? AgentTls);
