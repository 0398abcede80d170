using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Certs;

/// <summary>
/// The options that say what a folder of certificates should hold; the same for <c>issue</c> and <c>serve</c>. What flags leave out comes from
/// variables NEBULA_CERTS_…, which is how the image's own command is told in a pod.
/// </summary>
sealed class IssueOptions
{
    readonly CertsHost host;
    readonly Option<string?> output = new("--out") { Description = "Folder for root.crt, ca.crt, server.crt, server.key, client.crt and client.key. [NEBULA_CERTS_OUT]" };
    readonly Option<string?> caFolder = new("--ca-dir") { Description = "Folder that keeps ca.crt and ca.key; the CA is made there once. Guard it." };
    readonly Option<string?> caCert = new("--ca-cert") { Description = "Certificate of an existing CA, instead of --ca-dir. [NEBULA_CERTS_CA_CERT]" };
    readonly Option<string?> caKey = new("--ca-key") { Description = "Key of --ca-cert. [NEBULA_CERTS_CA_KEY]" };
    readonly Option<string?> bundle = new("--ca-bundle") { Description = "File with more CAs to put into root.crt and ca.crt; it need not exist. [NEBULA_CERTS_CA_BUNDLE]" };
    readonly Option<string[]> alsoTrust = new("--also-trust") { Description = "Further CA file to put into root.crt and ca.crt, while a CA is being replaced. May be repeated." };

    readonly Option<string[]> names = new("--server-name", "--san")
    {
        Description = "DNS name ('*.' first is allowed) or address of the server's certificate; the first is its common name. May be repeated. [NEBULA_CERTS_SERVER_NAMES, with commas] "
            + "Without: this host's names in /etc/hosts, where a pod of a StatefulSet has its full one, and those of the certificate that is there.",
    };

    readonly Option<string> clientName = new("--client-name") { Description = "Common name of the client's certificate. [NEBULA_CERTS_CLIENT_NAME]" };
    readonly Option<double> days = new("--days") { Description = "How long certificates are good; fractions are allowed. [NEBULA_CERTS_DAYS]" };
    readonly Option<int> caDays = new("--ca-days") { Description = "How long a newly made CA is good.", DefaultValueFactory = _ => 3650 };
    readonly Option<bool> rsa = new("--rsa") { Description = "RSA 3072 keys instead of ECDSA P-256, for peers that know nothing else." };

    public IssueOptions(Command command, CertsHost host)
    {
        this.host = host;
        clientName.DefaultValueFactory = _ => Text("NEBULA_CERTS_CLIENT_NAME") ?? "nebula-client";
        days.DefaultValueFactory = _ => Number("NEBULA_CERTS_DAYS") ?? 90;
        days.Validators.Add(result => Between(result, result.GetValue(days), 0.001, 36500));
        caDays.Validators.Add(result => Between(result, result.GetValue(caDays), 1, 36500));
        command.Validators.Add(OutputIsNamed);
        command.Validators.Add(OneAuthority);
        command.Validators.Add(EveryNameIsOne);
        foreach (var option in new Option[] { output, caFolder, caCert, caKey, bundle, alsoTrust, names, clientName, days, caDays, rsa }) command.Add(option);
    }

    /// <summary>A number from the environment; what is no number is one that every check refuses.</summary>
    public double? Number(string name) =>
        Text(name) is not { } text ? null : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    public IssueSettings Read(ParseResult parsed) => new()
    {
        OutFolder = OutputOf(parsed.GetValue(output))!,
        CaFolder = parsed.GetValue(caFolder),
        CaCertPath = FileOf(parsed.GetValue(caFolder), parsed.GetValue(caCert), "NEBULA_CERTS_CA_CERT"),
        CaKeyPath = FileOf(parsed.GetValue(caFolder), parsed.GetValue(caKey), "NEBULA_CERTS_CA_KEY"),
        Bundle = parsed.GetValue(bundle) ?? Text("NEBULA_CERTS_CA_BUNDLE"),
        AlsoTrust = parsed.GetValue(alsoTrust) ?? [],
        ServerNames = Named(parsed.GetValue(names)) ?? host.OwnNames(),
        KeepNames = Named(parsed.GetValue(names)) is null,
        ClientName = parsed.GetRequiredValue(clientName),
        Lifetime = TimeSpan.FromDays(parsed.GetValue(days)),
        CaLifetime = TimeSpan.FromDays(parsed.GetValue(caDays)),
        Key = parsed.GetValue(rsa) ? KeyKind.Rsa3072 : KeyKind.EcdsaP256,
    };

    string? Text(string name) => host.Variable(name) is { Length: > 0 } text ? text : null;

    string? OutputOf(string? flag) => flag ?? Text("NEBULA_CERTS_OUT");

    /// <summary>A folder that a flag names wins over files that the environment names.</summary>
    string? FileOf(string? folder, string? flag, string name) => flag ?? (folder is null ? Text(name) : null);

    /// <summary>The names that somebody asked for; null if nobody did.</summary>
    string[]? Named(string[]? flags)
    {
        if (flags is { Length: > 0 }) return flags;
        var listed = Text("NEBULA_CERTS_SERVER_NAMES")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return listed.Length > 0 ? listed : null;
    }

    void OutputIsNamed(CommandResult result)
    {
        if (OutputOf(result.GetValue(output)) is null) result.AddError("Name the folder for the certificates: --out, or the variable NEBULA_CERTS_OUT.");
    }

    void OneAuthority(CommandResult result)
    {
        var folder = result.GetValue(caFolder);
        var (cert, key) = (FileOf(folder, result.GetValue(caCert), "NEBULA_CERTS_CA_CERT"), FileOf(folder, result.GetValue(caKey), "NEBULA_CERTS_CA_KEY"));
        if ((cert is null) != (key is null)) result.AddError("Name both --ca-cert and --ca-key, or neither.");
        else if ((folder is null) == (cert is null)) result.AddError("Name either --ca-dir, or --ca-cert and --ca-key.");
    }

    void EveryNameIsOne(CommandResult result)
    {
        foreach (var name in (Named(result.GetValue(names)) ?? host.OwnNames()).Where(name => !AlternativeName.TryNormalize(name, out _)))
            result.AddError($"'{name}' is neither a DNS name (which may begin with '*.') nor an IP address.");
    }

    public static void Between(OptionResult result, double value, double low, double high)
    {
        if (!(value >= low && value <= high)) result.AddError($"{result.Option.Name} must be between {low} and {high}.");
    }
}
