using System.CommandLine;
using NebulaKeep.Security;

namespace NebulaKeep.Certs;

/// <summary><c>nebula-certs inspect</c>: do these files fit together, and for how long?</summary>
static class InspectCommand
{
    const string Help = """
        Shows a certificate and checks it: the key belongs to it, it chains to the CA, and its time has come and not gone.

        Example:
          nebula-certs inspect --ca certs/ca.crt --cert certs/server.crt --key certs/server.key
        """;

    public static Command Create(CertsHost host)
    {
        var ca = new Option<string>("--ca") { Description = "CA file.", Required = true };
        var cert = new Option<string>("--cert") { Description = "Certificate, with its intermediates.", Required = true };
        var key = new Option<string>("--key") { Description = "Its key.", Required = true };
        var password = new Option<string?>("--key-password-file") { Description = "File with the key's password." };
        var command = new Command("inspect", Help) { ca, cert, key, password };
        command.SetAction((parsed, _) => RunAsync(host, new TlsFiles(
            parsed.GetRequiredValue(ca), parsed.GetRequiredValue(cert), parsed.GetRequiredValue(key), parsed.GetValue(password))));
        return command;
    }

    static async Task<int> RunAsync(CertsHost host, TlsFiles files)
    {
        var report = CertificateReport.Of(CertificateSet.Load(files), host.Clock.GetUtcNow());
        await host.Output.WriteLineAsync($"""
            subject:  {report.Subject}
            issuer:   {report.Issuer}
            names:    {string.Join(", ", report.Names)}
            valid:    {report.Validity.NotBefore.ToUniversalTime():u} to {report.Validity.NotAfter.ToUniversalTime():u}
            verdict:  {report.Problem ?? "good"}
            """);
        return report.Problem is null ? 0 : 1;
    }
}
