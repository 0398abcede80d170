using System.Net;
using NebulaKeep.Security;

namespace NebulaKeep.Rpc.Server;

/// <summary>One port of a server.</summary>
/// <param name="EndPoint">Address and port; port 0 takes a free one.</param>
/// <param name="Tls">Secures each connection with the newest certificates; null for plaintext.</param>
public sealed record RpcListener(IPEndPoint EndPoint, ServerTls? Tls);
