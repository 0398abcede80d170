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
        A new CA takes over step by step: its root is trusted beside the old one at once, it issues when --ca-overlap is over and every
        pod has seen it, and the old root goes when what the new CA issued is renewed for the first time.

        Example:
          nebula-certs serve --out /certs --ca-dir /ca --server-name '*.nebula-metad-headless.default.svc.cluster.local'
        Example, as the sidecar of a pod: the image's own command. It takes the CA from a Secret at /ca (tls.crt, tls.key, and a bundle
        ca.crt if there is one), and writes into /credentials:
          env: [{name: NEBULA_CERTS_SERVER_NAMES, value: '*.nebula-metad-headless.default.svc.cluster.local'}]
        """;

    public static Command Create(CertsHost host)
    {
        var command = new Command("serve", Help);
        var options = new IssueOptions(command, host);
        var every = new Option<double?>("--renew-every") { Description = "Seconds after which to renew, however long certificates are good. [NEBULA_CERTS_RENEW_EVERY]", DefaultValueFactory = _ => options.Number("NEBULA_CERTS_RENEW_EVERY") };
        every.Validators.Add(result => IssueOptions.Between(result, result.GetValue(every) ?? 1, 1, 31_536_000));
        command.Add(every);
        var overlap = new Option<double>("--ca-overlap")
        {
            Description = "Minutes for which certificates of a CA that was replaced go on, while every peer learns to trust the new one. 0: forget the old CA at once. [NEBULA_CERTS_CA_OVERLAP]",
            DefaultValueFactory = _ => options.Number("NEBULA_CERTS_CA_OVERLAP") ?? 10,
        };
        overlap.Validators.Add(result => IssueOptions.Between(result, result.GetValue(overlap), 0, 525_600));
        command.Add(overlap);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(host, options.Read(parsed) with { Overlap = TimeSpan.FromMinutes(parsed.GetValue(overlap)) }, Pace(parsed.GetValue(every)), cancellationToken));
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
