using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NebulaKeep.Certs;

using var loggers = LoggerFactory.Create(builder =>
{
    builder.AddSimpleConsole(console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd HH:mm:ss'Z' "));
    builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
});
var host = new CertsHost(Console.Out, Console.Error, loggers, TimeProvider.System, new Random(), Environment.GetEnvironmentVariable, () => HostNames.Of(Environment.MachineName, HostsFile()));
using var stop = new CancellationTokenSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
return await CertsProgram.RunAsync(args, host, stop.Token);

// A container that no kubelet made may have none.
static IEnumerable<string> HostsFile() => File.Exists("/etc/hosts") ? File.ReadLines("/etc/hosts") : [];

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
