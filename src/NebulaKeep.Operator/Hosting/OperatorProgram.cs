using System.CommandLine;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Configuration;

namespace NebulaKeep.Operator.Hosting;

/// <summary>The command line. Exit codes: 0 stopped as told, 1 failed, 2 wrong usage.</summary>
static class OperatorProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<string, string?> environment, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var parsed = Root(environment).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors) await error.WriteLineAsync($"nebula-operator: {wrong.Message}");
            await error.WriteLineAsync("Try 'nebula-operator --help'.");
            return 2;
        }
        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,      // signals come by the token
        };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (Exception failure) when (failure is NebulaKeepException or ArgumentException)
        {
            await error.WriteLineAsync($"nebula-operator: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return 0;
        }
    }

    internal static RootCommand Root(Func<string, string?> environment)
    {
        var root = new RootCommand("""
            Backs NebulaGraph clusters on Kubernetes up by NebulaBackup and NebulaCronBackup objects.

            Examples:
              nebula-operator --leader-elect --leader-elect-resource-namespace nebula-system
              nebula-operator --kubeconfig ~/.kube/config --watch-namespaces graph --controllers nebulabackup --log-format text
              nebula-operator crds deploy/crds
            """)
        { CrdsCommand.Create() };
        var flags = new OperatorFlags();
        flags.AddTo(root);
        root.SetAction((parsed, cancellation) => ServeAsync(flags.Read(parsed, environment), environment, cancellation));
        return root;
    }

    static async Task<int> ServeAsync(OperatorOptions options, Func<string, string?> environment, CancellationToken cancellation)
    {
        using var loggers = LoggerFactory.Create(builder => Configure(builder, options));
        using var config = await KubeConfig.LoadAsync(options.KubeConfig, environment, TimeProvider.System, cancellation);
        await using var host = new OperatorHost(options, config, TimeProvider.System, new Random(), loggers);
        await host.RunAsync(cancellation);
        return 0;
    }

    static void Configure(ILoggingBuilder builder, OperatorOptions options)
    {
        const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        builder.SetMinimumLevel(options.LogLevel);
        if (options.LogFormat == "json") builder.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, Time));
        else builder.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, Time + " "));
    }
}
