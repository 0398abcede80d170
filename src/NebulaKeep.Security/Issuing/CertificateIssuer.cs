using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Security.Issuing;

/// <summary>Keeps a folder of certificates as its settings want it: makes the CA once, issues what is missing, stale or due.</summary>
public sealed partial class CertificateIssuer(IssueSettings settings, TimeProvider clock, ILogger<CertificateIssuer> logger)
{
    readonly AuthorityFiles files = new(settings, clock, logger);
    (string Thumbprint, DateTimeOffset Since)? seen;

    /// <inheritdoc cref="AuthorityFiles.Stamps"/>
    public string Sources => files.Stamps;

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
            files.MakeIfNew();
            var sources = Sources;      // before they are read: a change in between shows later
            using var authority = files.Open();
            return Ensure(authority, sources, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"Cannot issue certificates into {settings.OutFolder}: {e.Message}", e);
        }
    }

    IssueOutcome Ensure(CurrentAuthority current, string sources, bool force)
    {
        var (now, authority) = (clock.GetUtcNow(), current.Authority);
        if (now >= authority.Validity.NotAfter)
            throw new NebulaKeepException($"The CA expired at {authority.Validity.NotAfter:u}; make a new one and trust both for a while (--also-trust)");
        if (seen?.Thumbprint != current.Thumbprint) seen = (current.Thumbprint, now);
        var existing = IssuedSet.Load(settings.OutFolder);
        var plan = IssueDecision.Decide(existing, settings, current, seen.Value.Since, now);
        if (force) plan = plan with { NewCertificates = "asked for" };
        if (plan.Reason is null) return new IssueOutcome(Issued: false, existing!.Validity, sources, plan.SwitchAt);
        var keeps = plan.NewCertificates is null;
        var validity = keeps ? existing!.Validity : Validity.From(now, settings.Lifetime).Within(authority.Validity);
        if (!keeps && validity.NotAfter < now + settings.Lifetime) LogCutShort(authority.Validity.NotAfter);
        CertificateFolder.Replace(settings.OutFolder, WithBundle(keeps ? existing!.Files : Issue(authority, validity, ServerNames(existing)), plan.Trusted));
        if (keeps) LogTrusted(settings.OutFolder);
        else LogIssued(settings.OutFolder, validity.NotAfter, plan.Reason);
        return new IssueOutcome(Issued: true, validity, sources, keeps ? plan.SwitchAt : null);
    }

    Dictionary<string, string> Issue(CertificateAuthority authority, Validity validity, IReadOnlyList<string> serverNames)
    {
        // Daemons show their one certificate to each other in both directions.
        const CertificateUsage both = CertificateUsage.Server | CertificateUsage.Client;
        var server = authority.Issue(new LeafRequest(serverNames[0], both, serverNames, validity, settings.Key));
        var client = authority.Issue(new LeafRequest(settings.ClientName, CertificateUsage.Client, ClientNames(), validity, settings.Key));
        return new(StringComparer.Ordinal)
        {
            [IssuedFiles.ServerCert] = server.CertificatePem,
            [IssuedFiles.ServerKey] = server.KeyPem.Reveal(),
            [IssuedFiles.ClientCert] = client.CertificatePem,
            [IssuedFiles.ClientKey] = client.KeyPem.Reveal(),
        };
    }

    static Dictionary<string, string> WithBundle(IReadOnlyDictionary<string, string> files, string trusted) =>
        new(files, StringComparer.Ordinal) { [IssuedFiles.Root] = trusted, [IssuedFiles.Ca] = trusted };

    IReadOnlyList<string> ServerNames(IssuedSet? existing) => settings.KeepNames && existing is not null
        ? [.. settings.ServerNames.Select(AlternativeName.Normalize).Union(PeerNames.Alternative(existing.Server).Where(name => AlternativeName.TryNormalize(name, out _)).Select(AlternativeName.Normalize), StringComparer.Ordinal)]
        : settings.ServerNames;

    string[] ClientNames() => AlternativeName.TryNormalize(settings.ClientName, out var name) ? [name] : [];

    [LoggerMessage(Level = LogLevel.Information, Message = "Issued certificates in {Folder}, valid until {NotAfter:u}: {Reason}")]
    partial void LogIssued(string folder, DateTimeOffset notAfter, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changed the trusted CAs in {Folder}; the certificates stay")]
    partial void LogTrusted(string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CA ends at {NotAfter:u}, before the certificates would: replace it")]
    partial void LogCutShort(DateTimeOffset notAfter);
}
