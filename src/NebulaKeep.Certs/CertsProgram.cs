using System.CommandLine;
using NebulaKeep.Core;

namespace NebulaKeep.Certs;

/// <summary>The command line. Exit codes: 0 done, 1 failed, 2 wrong usage.</summary>
static class CertsProgram
{
    public static async Task<int> RunAsync(string[] args, CertsHost host, CancellationToken cancellationToken)
    {
        var parsed = Root(host).Parse(args);
        if (parsed.Errors.Count > 0) return await WrongUsageAsync(host, parsed);
        var invocation = new InvocationConfiguration
        {
            Output = host.Output,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // signals come by the token: the library's own handling ends with 143 even where all is well
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (NebulaKeepException e)
        {
            await host.Error.WriteLineAsync($"nebula-certs: {e.Message}");
            return 1;
        }
    }

    internal static RootCommand Root(CertsHost host) => new("Makes a private CA and the certificates of a NebulaGraph cluster and its backup tools.")
    {
        IssueCommand.Create(host),
        ServeCommand.Create(host),
        InspectCommand.Create(host),
    };

    static async Task<int> WrongUsageAsync(CertsHost host, ParseResult parsed)
    {
        foreach (var error in parsed.Errors) await host.Error.WriteLineAsync($"nebula-certs: {error.Message}");
        await host.Error.WriteLineAsync("Try 'nebula-certs --help' or 'nebula-certs issue --help'.");
        return 2;
    }
}
