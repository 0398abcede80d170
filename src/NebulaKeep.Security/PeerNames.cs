using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.Security;

/// <summary>The names in a certificate.</summary>
static class PeerNames
{
    /// <summary>Common name, DNS names and addresses, without doubles.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        var commonName = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return [.. Alternative(certificate).Prepend(commonName).Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>DNS names and addresses of the subject alternative name extension.</summary>
    public static IEnumerable<string> Alternative(X509Certificate2 certificate) =>
        from extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        from name in extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString()))
        select name;

    /// <summary>The first names, for messages: certificates may carry hundreds.</summary>
    public static string Text(X509Certificate2 certificate)
    {
        var names = Of(certificate);
        return names.Count <= 8 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(8))} and {names.Count - 8} more";
    }
}
