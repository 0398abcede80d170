using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NebulaKeep.ImageTar;

/// <summary>
/// Certificates for a certificate image's <c>/certs</c>, from where an init container copies them. Only files of known names go along, and no
/// key of a CA: whoever can pull an image has what is in it.
/// </summary>
static class BakedCertificates
{
    static readonly (string Certificate, string Key)[] Pairs = [("client.crt", "client.key"), ("server.crt", "server.key")];
    static readonly string[] Bundles = ["root.crt", "ca.crt"];

    /// <summary>Copies them.</summary>
    /// <param name="folder">As <c>nebula-certs issue --out</c> leaves it; server.crt, server.key and ca.crt may be missing.</param>
    /// <param name="layer">The layer's folder.</param>
    /// <exception cref="InvalidDataException">A file is missing, does not fit its key, or would give away a CA.</exception>
    public static void Copy(string folder, string layer)
    {
        var pairs = Pairs.Where(pair => pair == Pairs[0] || Exists(folder, pair.Certificate) || Exists(folder, pair.Key)).ToList();
        foreach (var (certificate, key) in pairs) CheckPair(folder, certificate, key);
        var names = Bundles.Where(name => name == Bundles[0] || Exists(folder, name)).Concat(pairs.SelectMany(pair => new[] { pair.Certificate, pair.Key }));
        var files = names.ToDictionary(name => name, name => Read(folder, name));
        var to = Directory.CreateDirectory(Path.Join(layer, "certs")).FullName;
        foreach (var (name, text) in files) File.WriteAllText(Path.Join(to, name), text);
    }

    static bool Exists(string folder, string name) => File.Exists(Path.Join(folder, name));

    static string Read(string folder, string name)
    {
        if (!Exists(folder, name)) throw new InvalidDataException($"{folder} has no {name}: issue it with nebula-certs");
        var text = File.ReadAllText(Path.Join(folder, name));
        if (!name.EndsWith(".key", StringComparison.Ordinal) && text.Contains("PRIVATE KEY", StringComparison.Ordinal))
            throw new InvalidDataException($"{Path.Join(folder, name)} holds a private key: only certificates belong there");
        return text;
    }

    static void CheckPair(string folder, string certificate, string key)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(Read(folder, certificate), Read(folder, key));
            if (pair.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority))
                throw new InvalidDataException($"{Path.Join(folder, certificate)} is a CA: its key must not get into an image");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{Path.Join(folder, certificate)} and {key} are no certificate with its key: {e.Message}", e);
        }
    }
}
