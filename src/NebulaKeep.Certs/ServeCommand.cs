using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Certs;

/// <summary><c>nebula-certs serve</c>: a sidecar that stays and renews.</summary>
static class ServeCommand
{
    const string Help = """
        Issues what is missing, then stays and renews at two thirds of the certificates' time. All files change at once
        (one symbolic link is swapped); NebulaKeep's programs take the new ones up without a restart. Ends on SIGTERM.

        Example:
          nebula-certs serve --out /certs --ca-dir /ca --server-name '*.nebula-metad-headless.default.svc.cluster.local'
        """;

    public static Command Create(CertsHost host)
    {
        var command = new Command("serve", Help);
        var options = new IssueOptions(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(host, options.Read(parsed), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(CertsHost host, IssueSettings settings, CancellationToken cancellationToken)
    {
        var issuer = new CertificateIssuer(settings, host.Clock, host.Loggers.CreateLogger<CertificateIssuer>());
        var renewer = new CertificateRenewer(issuer, host.Clock, host.Random, host.Loggers.CreateLogger<CertificateRenewer>());
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
