using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>
/// Where the CA lies: in a folder of its own, where it is made once, or in two named files, as a mounted Secret of type kubernetes.io/tls has
/// them; a bundle beside them, such as cert-manager's ca.crt, holds its root if it is not one itself, and whatever else is to be trusted.
/// </summary>
sealed partial class AuthorityFiles(IssueSettings settings, TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// Changes when a file changes from which certificates are made, also where that is a link of a mounted Secret which is led elsewhere. Two
    /// values can be compared, and nothing else.
    /// </summary>
    public string Stamps => string.Join('|', Paths().Select(Stamp));

    /// <summary>Makes the CA if it is to be made.</summary>
    public void MakeIfNew()
    {
        // Only where both are absent: a lost half must not silently become a new CA that nobody trusts.
        var (certPath, keyPath) = Locate();
        if (settings.CaFolder is not { } folder || File.Exists(certPath) || File.Exists(keyPath)) return;
        using var authority = CertificateAuthority.Create("NebulaKeep CA", Validity.From(clock.GetUtcNow(), settings.CaLifetime), settings.Key);
        CertificateFolder.Replace(folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IssuedFiles.Ca] = authority.CertificatePem,
            [IssuedFiles.CaKey] = authority.ExportKey().Reveal(),
        });
        LogMade(folder, authority.Validity.NotAfter);
    }

    /// <summary>Reads the CA and the roots.</summary>
    /// <exception cref="CertificateFileException">The files cannot be used, or lead to no root.</exception>
    public CurrentAuthority Open()
    {
        var (certPath, keyPath) = Locate();
        var authority = CertificateAuthority.Load(certPath, keyPath, Bundle ?? certPath);
        var current = new CurrentAuthority(authority, [.. Roots(authority).DistinctBy(root => root.Thumbprint)]);
        return current.IsRooted ? current : throw new CertificateFileException(CertificateFileProblem.NoRoot, certPath,
            $"is a CA that '{authority.Certificate.Issuer}' issued, and the way to that one's root is missing: name it by --ca-bundle (ca.crt of the Secret)");
    }

    string? Bundle => File.Exists(settings.Bundle) ? settings.Bundle : null;

    (string Cert, string Key) Locate()
    {
        if (settings.CaCertPath is { } cert && settings.CaKeyPath is { } key) return (cert, key);
        var folder = settings.CaFolder ?? throw new NebulaKeepException("Name a folder for the CA (--ca-dir), or an existing CA (--ca-cert and --ca-key).");
        return (Path.Combine(folder, IssuedFiles.Ca), Path.Combine(folder, IssuedFiles.CaKey));
    }

    IEnumerable<X509Certificate2> Roots(CertificateAuthority authority)
    {
        if (CertificateSet.IsSelfSigned(authority.Certificate)) yield return authority.Certificate;
        foreach (var path in Bundle is { } bundle ? settings.AlsoTrust.Append(bundle) : settings.AlsoTrust)
            foreach (var root in CertificateSet.Load(new TlsFiles(path)).Roots)
                yield return root;
    }

    IEnumerable<string> Paths()
    {
        var (cert, key) = Locate();
        yield return cert;
        yield return key;
        if (settings.Bundle is { } bundle) yield return bundle;
        foreach (var path in settings.AlsoTrust) yield return path;
    }

    static string Stamp(string path)
    {
        try
        {
            // A mounted Secret's file is a link to a file in a linked folder; the kernel follows both.
            var file = new FileInfo(path);
            var end = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return $"{end.FullName}:{end.LastWriteTimeUtc.Ticks}:{(end.Exists ? end.Length : -1)}";
        }
        catch (IOException)
        {
            return "";      // in the middle of a change; the next look tells
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a new CA in {Folder}, valid until {NotAfter:u}")]
    partial void LogMade(string folder, DateTimeOffset notAfter);
}
