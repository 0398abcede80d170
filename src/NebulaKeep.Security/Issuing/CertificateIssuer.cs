using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>Keeps a folder of certificates as its settings want it: makes the CA once, issues what is missing, stale or due.</summary>
public sealed partial class CertificateIssuer(IssueSettings settings, TimeProvider clock, ILogger<CertificateIssuer> logger)
{
    /// <summary>
    /// Changes when a file changes from which certificates are made, also where that is a link of a mounted Secret which is led elsewhere. Two
    /// values can be compared, and nothing else.
    /// </summary>
    public string Sources => string.Join('|', SourcePaths().Select(Stamp));

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
            var (certPath, keyPath) = AuthorityFiles();
            if (settings.CaFolder is { } folder && IsNew(certPath, keyPath)) MakeAuthority(folder);
            var sources = Sources;      // before they are read: a change in between shows later
            using var authority = CertificateAuthority.Load(certPath, keyPath);
            return Ensure(authority, sources, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"Cannot issue certificates into {settings.OutFolder}: {e.Message}", e);
        }
    }

    IssueOutcome Ensure(CertificateAuthority authority, string sources, bool force)
    {
        var now = clock.GetUtcNow();
        if (now >= authority.Validity.NotAfter)
            throw new NebulaKeepException($"The CA expired at {authority.Validity.NotAfter:u}; make a new one and trust both for a while (--also-trust)");
        var trusted = Trusted(authority);
        var existing = IssuedSet.Load(settings.OutFolder);
        var reason = force ? "asked for" : IssueDecision.Reason(existing, settings, trusted, authority.Certificate, now);
        if (reason is null) return new IssueOutcome(Issued: false, existing!.Validity, sources);
        var validity = Validity.From(now, settings.Lifetime).Within(authority.Validity);
        if (validity.NotAfter < now + settings.Lifetime) LogCutShort(authority.Validity.NotAfter);
        CertificateFolder.Replace(settings.OutFolder, Issue(authority, trusted, validity));
        LogIssued(settings.OutFolder, validity.NotAfter, reason);
        return new IssueOutcome(Issued: true, validity, sources);
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

    (string Cert, string Key) AuthorityFiles()
    {
        if (settings.CaCertPath is { } cert && settings.CaKeyPath is { } key) return (cert, key);
        var folder = settings.CaFolder ?? throw new NebulaKeepException("Name a folder for the CA (--ca-dir), or an existing CA (--ca-cert and --ca-key).");
        return (Path.Combine(folder, IssuedFiles.Ca), Path.Combine(folder, IssuedFiles.CaKey));
    }

    /// <summary>Only where both are absent: a lost half must not silently become a new CA that nobody trusts.</summary>
    static bool IsNew(string certPath, string keyPath) => !File.Exists(certPath) && !File.Exists(keyPath);

    void MakeAuthority(string folder)
    {
        using var authority = CertificateAuthority.Create("NebulaKeep CA", Validity.From(clock.GetUtcNow(), settings.CaLifetime), settings.Key);
        CertificateFolder.Replace(folder, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IssuedFiles.Ca] = authority.CertificatePem,
            [IssuedFiles.CaKey] = authority.ExportKey().Reveal(),
        });
        LogMadeAuthority(folder, authority.Validity.NotAfter);
    }

    string[] ClientNames() => AlternativeName.TryNormalize(settings.ClientName, out var name) ? [name] : [];

    /// <summary>The CA itself first, then what is trusted besides, each once.</summary>
    string Trusted(CertificateAuthority authority)
    {
        var more = settings.Bundle is { } bundle && File.Exists(bundle) ? settings.AlsoTrust.Append(bundle) : settings.AlsoTrust;
        return string.Concat(more.SelectMany(ReadTrusted).Prepend(authority.CertificatePem).Distinct(StringComparer.Ordinal));
    }

    static IEnumerable<string> ReadTrusted(string path) => CertificateSet.Load(new TlsFiles(path)).Roots.Select(root => root.ExportCertificatePem() + "\n");

    IEnumerable<string> SourcePaths()
    {
        var (cert, key) = AuthorityFiles();
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
    partial void LogMadeAuthority(string folder, DateTimeOffset notAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued certificates in {Folder}, valid until {NotAfter:u}: {Reason}")]
    partial void LogIssued(string folder, DateTimeOffset notAfter, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CA ends at {NotAfter:u}, before the certificates would: replace it")]
    partial void LogCutShort(DateTimeOffset notAfter);
}
