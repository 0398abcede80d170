using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Certs;

/// <summary><c>nebula-certs issue</c>: once, and nothing if all is well already.</summary>
static class IssueCommand
{
    const string Help = """
        Makes the CA if there is none, and issues a server and a client certificate. Files that will do are kept:
        right names, right CA, less than two thirds of their time gone.

        Example, one machine:
          nebula-certs issue --out certs --ca-dir ca --server-name localhost --san 127.0.0.1 --san ::1
        Example, a cluster in Kubernetes:
          nebula-certs issue --out certs --ca-dir ca \
            --server-name '*.nebula-metad-headless.default.svc.cluster.local' \
            --server-name '*.nebula-storaged-headless.default.svc.cluster.local'
        Example, an existing CA:
          nebula-certs issue --out certs --ca-cert ca.crt --ca-key ca.key --server-name metad0.example.org --days 30
        Example, an init container of the image with a Secret at /ca: all comes from the image's environment and the pod's own name
          args: [issue]
        """;

    public static Command Create(CertsHost host)
    {
        var command = new Command("issue", Help);
        var options = new IssueOptions(command, host);
        var force = new Option<bool>("--force") { Description = "Issue anew even if the present files will do; the CA stays." };
        command.Add(force);
        command.SetAction((parsed, _) => RunAsync(host, options.Read(parsed), parsed.GetValue(force)));
        return command;
    }

    static async Task<int> RunAsync(CertsHost host, IssueSettings settings, bool force)
    {
        var issuer = new CertificateIssuer(settings, host.Clock, host.Loggers.CreateLogger<CertificateIssuer>());
        var outcome = issuer.Ensure(force);
        await host.Output.WriteLineAsync(
            $"{settings.OutFolder}: {(outcome.Issued ? "issued" : "kept")}, valid until {outcome.Validity.NotAfter.ToUniversalTime():u}");
        return 0;
    }
}
