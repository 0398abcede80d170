using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Core;

namespace NebulaKeep.Agent.Cli;

/// <summary>From a command line to a running agent and an exit status.</summary>
static class AgentCommand
{
    const int Done = 0, Failed = 1, Usage = 2;

    static string Version => typeof(AgentCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Returns when the agent has ended.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Func<string, string?> environment, TextWriter output, TextWriter errors)
    {
        try
        {
            if (IsPull(arguments)) return await PullAsync([.. arguments.Skip(1)], environment, output);
            var flags = AgentFlags.Parse(arguments);
            if (Information(flags) is { } text)
            {
                await output.WriteLineAsync(text);
                return Done;
            }

            return await ServeAsync(AgentFlags.Read(flags, environment, File.Exists));
        }
        catch (UsageException e)
        {
            await errors.WriteLineAsync($"agent: {e.Message}\nTry 'agent --help'.");
            return Usage;
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"agent: {e.Message}");
            return IsPull(arguments) ? PullCommand.StatusOf(e) : Failed;
        }
    }

    static bool IsPull(IReadOnlyList<string> arguments) => arguments.Count > 0 && arguments[0] == "pull";

    static string? Information(Dictionary<string, string> flags)
    {
        if (flags.IsSet("help") || flags.IsSet("h")) return Help.Text;
        return flags.IsSet("version") ? $"nebulakeep agent {Version}" : null;
    }

    static async Task<int> ServeAsync(AgentSettings settings)
    {
        using var services = Logging(settings.Debug);
        using var stop = new StopSignal();
        await using var agent = new AgentProcess(settings, Version, services.GetRequiredService<ILoggerFactory>(), TimeProvider.System, new Random());
        await agent.StartAsync(CancellationToken.None);
        await Task.WhenAny(stop.Received, agent.StopAsked);
        await agent.StopAsync();
        return Done;
    }

    static async Task<int> PullAsync(IReadOnlyList<string> arguments, Func<string, string?> environment, TextWriter output)
    {
        using var services = Logging(debug: false);
        using var stop = new StopSignal();
        using var cancel = new CancellationTokenSource();
        var pulling = PullCommand.RunAsync(arguments, environment, services.GetRequiredService<ILoggerFactory>(), output, cancel.Token);
        if (await Task.WhenAny(pulling, stop.Received) != pulling) await cancel.CancelAsync();
        try
        {
            return await pulling;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Failed;      // told to stop; the next run goes on with it
        }
    }

    static ServiceProvider Logging(bool debug) => new ServiceCollection().AddLogging(logging =>
    {
        logging.SetMinimumLevel(debug ? LogLevel.Debug : LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }).BuildServiceProvider();

    /// <summary>SIGTERM and Ctrl-C, each of which ends the agent in good order.</summary>
    sealed class StopSignal : IDisposable
    {
        readonly TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly PosixSignalRegistration terminate;
        readonly PosixSignalRegistration interrupt;

        public StopSignal()
        {
            terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
            interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        }

        public Task Received => received.Task;

        public void Dispose()
        {
            terminate.Dispose();
            interrupt.Dispose();
        }

        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            received.TrySetResult();
        }
    }
}
