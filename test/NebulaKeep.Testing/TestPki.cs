using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Security;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Testing;

/// <summary>
/// A CA of its own for one test class, with server and client certificates of every quality, as files in a temporary
/// folder. Whoever holds a faulty certificate still trusts the right CA, so exactly one thing is wrong at a time.
/// Server certificates are good for localhost, ::1 and 127.0.x.y with x 0 to 2 and y 1 to 9.
/// </summary>
public sealed class TestPki : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly Dictionary<string, TlsFiles> issued = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    readonly KeyKind key;
    readonly CertificateAuthority authority;
    readonly Lazy<CertificateAuthority> stranger;
    readonly Lazy<CertificateAuthority> intermediate;

    /// <summary>Makes the CA; certificates are made when first asked for.</summary>
    public TestPki(KeyKind key = KeyKind.EcdsaP256)
    {
        this.key = key;
        var always = Validity.From(TimeProvider.System.GetUtcNow().AddDays(-2), TimeSpan.FromDays(30));
        authority = CertificateAuthority.Create("NebulaKeep test CA", always, key);
        stranger = new(() => CertificateAuthority.Create("Another CA", always, key));
        intermediate = new(() => authority.CreateIntermediate("NebulaKeep test intermediate", always, key));
        CaPath = folder.Write("ca.crt", authority.CertificatePem);
    }

    /// <summary>The folder with all files.</summary>
    public string Folder => folder.Path;

    /// <summary>The CA's certificate.</summary>
    public string CaPath { get; }

    /// <summary>The certificate of a CA that signed nothing which is trusted here.</summary>
    public string OtherCaPath => folder.Write("other-ca.crt", stranger.Value.CertificatePem);

    /// <summary>The CA itself, to issue what is not foreseen here.</summary>
    public CertificateAuthority Authority => authority;

    /// <summary>Files of a server.</summary>
    public TlsFiles Server(CertificateFault fault = CertificateFault.None) => Files("server", CertificateUsage.Server, fault);

    /// <summary>Files of a client; its common name is <c>client</c>.</summary>
    public TlsFiles Client(CertificateFault fault = CertificateFault.None) =>
        fault == CertificateFault.Missing ? new TlsFiles(CaPath) : Files("client", CertificateUsage.Client, fault);

    /// <summary>A server side that asks for client certificates unless told otherwise.</summary>
    public ServerTls ServerTls(CertificateFault fault = CertificateFault.None, ServerTlsSettings? settings = null) =>
        Security.ServerTls.Open(Server(fault), settings ?? new(), TimeProvider.System, NullLogger.Instance);

    /// <summary>A client side.</summary>
    public ClientTls ClientTls(CertificateFault fault = CertificateFault.None, ClientTlsSettings? settings = null) =>
        Security.ClientTls.Open(Client(fault), settings ?? new(), TimeProvider.System, NullLogger.Instance);

    /// <summary>Issues a certificate by the right CA and writes it under the given file name (without ending).</summary>
    public TlsFiles Issue(string fileName, LeafRequest request) => Write(fileName, authority.Issue(request));

    /// <inheritdoc/>
    public void Dispose()
    {
        folder.Dispose();
        authority.Dispose();
        if (stranger.IsValueCreated) stranger.Value.Dispose();
        if (intermediate.IsValueCreated) intermediate.Value.Dispose();
    }

    TlsFiles Files(string side, CertificateUsage usage, CertificateFault fault)
    {
        var name = $"{side}-{fault}";
        lock (gate)
        {
            if (issued.TryGetValue(name, out var files)) return files;
            return issued[name] = Write(name, Issuer(fault).Issue(Request(side, usage, fault)));
        }
    }

    LeafRequest Request(string side, CertificateUsage usage, CertificateFault fault) => new(
        side,
        fault == CertificateFault.WrongUsage ? usage ^ (CertificateUsage.Server | CertificateUsage.Client) : usage,
        fault == CertificateFault.WrongName ? ["elsewhere.invalid"] : Names(side),
        ValidityFor(fault),
        key);

    CertificateAuthority Issuer(CertificateFault fault) => fault switch
    {
        CertificateFault.WrongCa => stranger.Value,
        CertificateFault.Intermediate => intermediate.Value,
        _ => authority,
    };

    TlsFiles Write(string fileName, IssuedCertificate certificate) => new(
        CaPath,
        folder.Write($"{fileName}.crt", certificate.CertificatePem),
        folder.Write($"{fileName}.key", certificate.KeyPem.Reveal()));

    static Validity ValidityFor(CertificateFault fault)
    {
        var now = TimeProvider.System.GetUtcNow();
        return fault switch
        {
            CertificateFault.Expired => new Validity(now.AddDays(-1), now.AddHours(-1)),
            CertificateFault.NotYetValid => new Validity(now.AddHours(1), now.AddDays(1)),
            _ => Validity.From(now, TimeSpan.FromDays(1)),
        };
    }

    static string[] Names(string side) => side == "client"
        ? ["client"]
        : ["localhost", "::1", .. from x in Enumerable.Range(0, 3) from y in Enumerable.Range(1, 9) select $"127.0.{x}.{y}"];
}
