using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Thrift.Frames;

namespace NebulaKeep.Thrift.Server;

/// <summary>What a handler may want to know of its caller.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Peer">The caller's address, as text.</param>
/// <param name="Wire">Framing and protocol of the call.</param>
/// <param name="ClientCertificate">The caller's verified certificate; null in plaintext or where none is asked for.</param>
public sealed record ThriftCallContext(string Method, string Peer, ThriftWire Wire, X509Certificate? ClientCertificate);
