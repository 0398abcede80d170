namespace NebulaKeep.Security.Issuing;

/// <summary>File names, as upstream's certificate image writes them.</summary>
public static class IssuedFiles
{
    /// <summary>CA bundle.</summary>
    public const string Root = "root.crt";

    /// <summary>The same bundle under the name that daemons' flag files use.</summary>
    public const string Ca = "ca.crt";

    /// <summary>Server certificate.</summary>
    public const string ServerCert = "server.crt";

    /// <summary>Server key.</summary>
    public const string ServerKey = "server.key";

    /// <summary>Client certificate.</summary>
    public const string ClientCert = "client.crt";

    /// <summary>Client key.</summary>
    public const string ClientKey = "client.key";

    /// <summary>The CA's key; only ever in the CA's own folder.</summary>
    public const string CaKey = "ca.key";
}
