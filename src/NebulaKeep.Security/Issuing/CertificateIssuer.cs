using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>Keeps a folder of certificates as its settings want it: makes the CA once, issues what is missing, stale or due.</summary>
public sealed partial class CertificateIssuer(IssueSettings settings, TimeProvider clock, ILogger<CertificateIssuer> logger)
{
    /// <summary>Leaves good files alone, or replaces them all at once.</summary>
    /// <param name="force">Issues anew in any case; the CA stays.</param>
    /// <returns>What the folder now holds.</returns>
    /// <exception cref="CertificateFileException">The CA's files cannot be used.</exception>
    /// <exception cref="NebulaKeepException">The folders cannot be written, or another process works in them.</exception>
    public IssueOutcome Ensure(bool force)
    {
        if (settings.CaFolder is { } ca && Path.GetFullPath(ca) == Path.GetFullPath(settings.OutFolder))
            throw new NebulaKeepException("The CA's key must not lie with the certificates that are handed out: name another folder for the CA (--ca-dir)");
        try
        {
            Directory.CreateDirectory(settings.OutFolder);
            using var turn = FolderLock.Take(settings.CaFolder ?? settings.OutFolder);
            using var authority = OpenAuthority();
            return Ensure(authority, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"Cannot issue certificates into {settings.OutFolder}: {e.Message}", e);
        }
    }

    IssueOutcome Ensure(CertificateAuthority authority, bool force)
    {
        var now = clock.GetUtcNow();
        if (now >= authority.Validity.NotAfter)
            throw new NebulaKeepException($"The CA expired at {authority.Validity.NotAfter:u}; make a new one and trust both for a while (--also-trust)");
        var trusted = authority.CertificatePem + string.Concat(settings.AlsoTrust.Select(ReadTrusted));
        var existing = IssuedSet.Load(settings.OutFolder);
        var reason = force ? "asked for" : IssueDecision.Reason(existing, settings, trusted, authority.Certificate, now);
        if (reason is null) return new IssueOutcome(Issued: false, existing!.Validity);
        var validity = Validity.From(now, settings.Lifetime).Within(authority.Validity);
        if (validity.NotAfter < now + settings.Lifetime) LogCutShort(authority.Validity.NotAfter);
        CertificateFolder.Replace(settings.OutFolder, Issue(authority, trusted, validity));
        LogIssued(settings.OutFolder, validity.NotAfter, reason);
        return new IssueOutcome(Issued: true, validity);
    }

    Dictionary<string, string> Issue(CertificateAuthority authority, string trusted, Validity validity)
    {
        // Daemons show their one certificate to each other in both directions.
        const CertificateUsage both = CertificateUsage.Server | CertificateUsage.Client;
        var server = authority.Issue(new LeafRequest(settings.ServerNames[0], both, settings.ServerNames, validity, settings.Key));
        var client = authority.Issue(new LeafRequest(settings.ClientName, CertificateUsage.Client, ClientNames(), validity, settings.Key));
        return new(StringComparer.Ordinal)
        {
            [IssuedFiles.Root] = trusted,
            [IssuedFiles.Ca] = trusted,
            [IssuedFiles.ServerCert] = server.CertificatePem,
            [IssuedFiles.ServerKey] = server.KeyPem.Reveal(),
            [IssuedFiles.ClientCert] = client.CertificatePem,
            [IssuedFiles.ClientKey] = client.KeyPem.Reveal(),
        };
    }

    CertificateAuthority OpenAuthority()
    {
        if (settings.CaCertPath is { } cert && settings.CaKeyPath is { } key) return CertificateAuthority.Load(cert, key);
        var folder = settings.CaFolder ?? throw new NebulaKeepException("Name a folder for the CA (--ca-dir), or an existing CA (--ca-cert and --ca-key).");
        var (certPath, keyPath) = (Path.Combine(folder, IssuedFiles.Ca), Path.Combine(folder, IssuedFiles.CaKey));
        // Only where both are absent is there no CA yet: a lost half must not silently become a new CA that nobody trusts.
        return File.Exists(certPath) || File.Exists(keyPath) ? CertificateAuthority.Load(certPath, keyPath) : MakeAuthority(folder);
    }

    CertificateAuthority MakeAuthority(string folder)
    {
        var authority = CertificateAuthority.Create("NebulaKeep CA", Validity.From(clock.GetUtcNow(), settings.CaLifetime), settings.Key);
        CertificateFolder.Replace(folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IssuedFiles.Ca] = authority.CertificatePem,
            [IssuedFiles.CaKey] = authority.ExportKey().Reveal(),
        });
        LogMadeAuthority(folder, authority.Validity.NotAfter);
        return authority;
    }

    string[] ClientNames() => AlternativeName.TryNormalize(settings.ClientName, out var name) ? [name] : [];

    static string ReadTrusted(string path)
    {
        var roots = CertificateSet.Load(new TlsFiles(path)).Roots;
        return string.Concat(roots.Select(root => root.ExportCertificatePem() + "\n"));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made a new CA in {Folder}, valid until {NotAfter:u}")]
    partial void LogMadeAuthority(string folder, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued certificates in {Folder}, valid until {NotAfter:u}: {Reason}")]
    partial void LogIssued(string folder, DateTimeOffset notAfter, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CA ends at {NotAfter:u}, before the certificates would: replace it")]
    partial void LogCutShort(DateTimeOffset notAfter);
}
