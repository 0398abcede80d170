using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Certs;

/// <summary><c>nebula-certs serve</c>: a sidecar that stays and renews.</summary>
static class ServeCommand
{
    const string Help = """
        Issues what is missing, then stays and renews at two thirds of the certificates' time, and at once when the CA's files change. All
        files change at once (one symbolic link is swapped); NebulaKeep's programs take the new ones up without a restart. Ends on SIGTERM.

        Example:
          nebula-certs serve --out /certs --ca-dir /ca --server-name '*.nebula-metad-headless.default.svc.cluster.local'
        Example, as the sidecar of a pod: the image's own command. It takes the CA from a Secret at /ca (tls.crt, tls.key, and a bundle
        ca.crt if there is one), and writes into /credentials:
          env: [{name: NEBULA_CERTS_SERVER_NAMES, value: '*.nebula-metad-headless.default.svc.cluster.local'}]
        """;

    public static Command Create(CertsHost host)
    {
        var command = new Command("serve", Help);
        var options = new IssueOptions(command, host.Variable);
        var every = new Option<double?>("--renew-every") { Description = "Seconds after which to renew, however long certificates are good.", DefaultValueFactory = _ => options.Number("NEBULA_CERTS_RENEW_EVERY") };
        every.Validators.Add(result => IssueOptions.Between(result, result.GetValue(every) ?? 1, 1, 31_536_000));
        command.Add(every);
        command.SetAction((parsed, cancellationToken) => RunAsync(host, options.Read(parsed), Pace(parsed.GetValue(every)), cancellationToken));
        return command;
    }

    static RenewalPace Pace(double? every) => RenewalPace.Standard with { Every = every is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

    static async Task<int> RunAsync(CertsHost host, IssueSettings settings, RenewalPace pace, CancellationToken cancellationToken)
    {
        var issuer = new CertificateIssuer(settings, host.Clock, host.Loggers.CreateLogger<CertificateIssuer>());
        var renewer = new CertificateRenewer(issuer, pace, host.Clock, host.Random, host.Loggers.CreateLogger<CertificateRenewer>());
        try
        {
            await renewer.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: what is issued stays, nothing is half written.
        }
        return 0;
    }
}
