using System.CommandLine;
using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Br.Options;

/// <summary>Flags that say how to reach the cluster, named as in nebula-br and br-ent (spec/unknowns.md §2, spec/agent.md §1).</summary>
sealed class ClusterOptions
{
    readonly Option<bool> enableSsl = new("--enable-ssl", "--enable_ssl") { Description = "TLS to metad, storaged and agents" };
    readonly Option<string?> ca = new("--ca-path", "--ca_path") { Description = "CA bundle that servers are verified against (default /usr/local/certs/ca.crt)" };
    readonly Option<string?> cert = new("--cert-path", "--cert_path") { Description = "client certificate (default /usr/local/certs/client.crt)" };
    readonly Option<string?> key = new("--key-path", "--key_path") { Description = "its private key (default /usr/local/certs/client.key)" };
    readonly Option<string?> keyPassword = new("--key-password-path") { Description = "file with the password of an encrypted key" };
    readonly Option<string?> serverName = new("--server-name", "--server_name") { Description = "name that servers' certificates must carry, instead of the dialled host" };
    readonly Option<bool> insecure = new("--insecure-skip-verify", "--insecure_skip_verify") { Description = "verify no server; for compatibility only" };

    ClusterOptions(bool metaRequired) => Meta = new Option<IReadOnlyList<HostAddress>?>("--meta")
    {
        Description = "a metad, host:port; several by repeating or with commas",
        Required = metaRequired,
        CustomParser = Parsers.Addresses,
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<IReadOnlyList<HostAddress>?> Meta { get; }

    /// <summary>Adds the flags to a command.</summary>
    public static ClusterOptions AddTo(Command command, bool metaRequired)
    {
        var options = new ClusterOptions(metaRequired);
        Option[] all = [options.Meta, options.enableSsl, options.ca, options.cert, options.key, options.keyPassword, options.serverName, options.insecure];
        foreach (var option in all) command.Options.Add(option);
        return options;
    }

    /// <summary>
    /// The settings of a command line. With certificates given, agents are always spoken to over TLS; <c>--enable-ssl</c> is
    /// about metad and storaged, which may run without.
    /// </summary>
    public ConnectionSettings Read(ParseResult result, Func<string, string?> environment)
    {
        var flags = new TlsFiles(
            result.GetValue(ca) ?? TlsFiles.Default.CaPath,
            result.GetValue(cert) ?? TlsFiles.Default.CertPath,
            result.GetValue(key) ?? TlsFiles.Default.KeyPath,
            result.GetValue(keyPassword),
            result.GetValue(serverName),
            result.GetValue(insecure));
        var files = TlsFiles.Resolve(flags, environment);
        var ssl = result.GetValue(enableSsl);
        var given = ssl || files != flags || result.GetValue(ca) is not null || result.GetValue(cert) is not null;
        return new ConnectionSettings(result.GetValue(Meta) ?? [], ssl ? files : null, given ? files : null);
    }
}
