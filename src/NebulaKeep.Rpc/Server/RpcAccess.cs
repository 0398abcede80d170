namespace NebulaKeep.Rpc.Server;

/// <summary>Who may call a method.</summary>
public enum RpcAccess
{
    /// <summary>Only clients with a verified certificate.</summary>
    Authenticated,

    /// <summary>Whoever reaches the port, also over plaintext.</summary>
    Anyone,
}
