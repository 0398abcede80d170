namespace NebulaKeep.Rpc.Server;

/// <summary>Who calls.</summary>
/// <param name="Peer">The client's address, for messages.</param>
/// <param name="PeerName">Common name of its certificate, which the handshake has verified; null over plaintext.</param>
public sealed record RpcCall(string Peer, string? PeerName)
{
    /// <summary>True where the client showed a certificate of the CA.</summary>
    public bool IsAuthenticated => PeerName is not null;
}
