using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security.Issuing;

/// <summary>
/// Whether what lies in a folder will do, and if not, what to do about it. A CA that is replaced takes over in three steps: the new root is
/// trusted beside the old one at once; <see cref="IssueSettings.Overlap"/> later, when everybody has seen it, the new CA issues; and
/// when what it issued is renewed for the first time, nobody shows certificates of the old CA any more, and its root goes. Where certificates are
/// renewed more often than their time asks for, the root stays as long as if they were not.
/// </summary>
static class IssueDecision
{
    /// <param name="existing">What lies there; null if it cannot be used.</param>
    /// <param name="wanted">What should lie there.</param>
    /// <param name="authority">The CA of this moment.</param>
    /// <param name="since">When it was first seen.</param>
    /// <param name="now">The time.</param>
    public static IssuePlan Decide(IssuedSet? existing, IssueSettings wanted, CurrentAuthority authority, DateTimeOffset since, DateTimeOffset now)
    {
        if (existing is null) return new IssuePlan(Text(authority.Roots), "no usable certificates there", NewBundle: true, SwitchAt: null);
        var foreign = !authority.Issued(existing.Server) || !authority.Issued(existing.Client);
        var due = now >= Renewal.DueAt(existing.Validity);
        var settled = !foreign && (due || now >= Renewal.DueAt(new Validity(since, since + wanted.Lifetime)));
        var former = wanted.Overlap > TimeSpan.Zero && !settled ? existing.Roots.Where(root => root.NotAfter.ToUniversalTime() > now.UtcDateTime) : [];
        var trusted = Text([.. authority.Roots.Concat(former).DistinctBy(root => root.Thumbprint)]);
        DateTimeOffset? switchAt = foreign ? since + wanted.Overlap : null;
        var reason = Unfit(existing, wanted) ?? (foreign ? Foreign(existing, switchAt!.Value, now) : due ? $"two thirds of their time are over (valid to {existing.Validity.NotAfter:u})" : null);
        return new IssuePlan(trusted, reason, existing.Trusted != trusted, switchAt);
    }

    static string? Unfit(IssuedSet existing, IssueSettings wanted)
    {
        if (!Fit(PeerNames.Alternative(existing.Server), wanted)) return "the server's names differ";
        if (existing.Client.GetNameInfo(X509NameType.SimpleName, forIssuer: false) != wanted.ClientName) return "the client's name differs";
        return KeyPair.KindOf(existing.Server) != wanted.Key ? "the kind of key differs" : null;
    }

    static string? Foreign(IssuedSet existing, DateTimeOffset switchAt, DateTimeOffset now) =>
        now >= switchAt || existing.Validity.NotAfter <= switchAt ? "another CA issued them" : null;

    static bool Fit(IEnumerable<string> present, IssueSettings wanted)
    {
        var (has, needs) = (present.ToHashSet(StringComparer.Ordinal), wanted.ServerNames.Select(AlternativeName.Normalize));
        return wanted.KeepNames ? has.IsSupersetOf(needs) : has.SetEquals(needs);
    }

    static string Text(IEnumerable<X509Certificate2> roots) => string.Concat(roots.Select(root => root.ExportCertificatePem() + "\n"));
}
