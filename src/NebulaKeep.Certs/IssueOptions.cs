using System.CommandLine;
using System.CommandLine.Parsing;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Certs;

/// <summary>The options that say what a folder of certificates should hold; the same for <c>issue</c> and <c>serve</c>.</summary>
sealed class IssueOptions
{
    readonly Option<string> output = new("--out")
    {
        Description = "Folder for root.crt, ca.crt, server.crt, server.key, client.crt and client.key.",
        Required = true,
    };

    readonly Option<string?> caFolder = new("--ca-dir") { Description = "Folder that keeps ca.crt and ca.key; the CA is made there once. Guard it." };
    readonly Option<string?> caCert = new("--ca-cert") { Description = "Certificate of an existing CA, instead of --ca-dir." };
    readonly Option<string?> caKey = new("--ca-key") { Description = "Key of --ca-cert." };
    readonly Option<string[]> alsoTrust = new("--also-trust") { Description = "Further CA file to put into root.crt and ca.crt, while a CA is being replaced. May be repeated." };

    readonly Option<string[]> names = new("--server-name", "--san")
    {
        Description = "DNS name ('*.' first is allowed) or address of the server's certificate; the first is its common name. May be repeated.",
        Required = true,
    };

    readonly Option<string> clientName = new("--client-name") { Description = "Common name of the client's certificate.", DefaultValueFactory = _ => "nebula-client" };
    readonly Option<double> days = new("--days") { Description = "How long certificates are good; fractions are allowed.", DefaultValueFactory = _ => 90 };
    readonly Option<int> caDays = new("--ca-days") { Description = "How long a newly made CA is good.", DefaultValueFactory = _ => 3650 };
    readonly Option<bool> rsa = new("--rsa") { Description = "RSA 3072 keys instead of ECDSA P-256, for peers that know nothing else." };

    public IssueOptions(Command command)
    {
        names.Validators.Add(EveryNameIsOne);
        days.Validators.Add(result => Between(result, result.GetValue(days), 0.001, 36500));
        caDays.Validators.Add(result => Between(result, result.GetValue(caDays), 1, 36500));
        command.Validators.Add(OneAuthority);
        foreach (var option in new Option[] { output, caFolder, caCert, caKey, alsoTrust, names, clientName, days, caDays, rsa }) command.Add(option);
    }

    public IssueSettings Read(ParseResult parsed) => new()
    {
        OutFolder = parsed.GetRequiredValue(output),
        CaFolder = parsed.GetValue(caFolder),
        CaCertPath = parsed.GetValue(caCert),
        CaKeyPath = parsed.GetValue(caKey),
        AlsoTrust = parsed.GetValue(alsoTrust) ?? [],
        ServerNames = parsed.GetRequiredValue(names),
        ClientName = parsed.GetRequiredValue(clientName),
        Lifetime = TimeSpan.FromDays(parsed.GetValue(days)),
        CaLifetime = TimeSpan.FromDays(parsed.GetValue(caDays)),
        Key = parsed.GetValue(rsa) ? KeyKind.Rsa3072 : KeyKind.EcdsaP256,
    };

    void OneAuthority(CommandResult result)
    {
        var (folder, cert, key) = (result.GetValue(caFolder), result.GetValue(caCert), result.GetValue(caKey));
        if ((cert is null) != (key is null)) result.AddError("Name both --ca-cert and --ca-key, or neither.");
        else if ((folder is null) == (cert is null)) result.AddError("Name either --ca-dir, or --ca-cert and --ca-key.");
    }

    static void EveryNameIsOne(OptionResult result)
    {
        foreach (var token in result.Tokens)
            if (!AlternativeName.TryNormalize(token.Value, out _))
                result.AddError($"'{token.Value}' is neither a DNS name (which may begin with '*.') nor an IP address.");
    }

    static void Between(OptionResult result, double value, double low, double high)
    {
        if (!(value >= low && value <= high)) result.AddError($"{result.Option.Name} must be between {low} and {high}.");
    }
}
