using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Configuration;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// The program nebula-dev: <c>nebula-dev metad|storaged|graphd [flags]</c>, or, under the name of a daemon (a symbolic link such as
/// bin/nebula-metad), <c>nebula-metad --flagfile etc/nebula-metad.conf</c>, as NebulaGraph's own scripts and images call it.
/// </summary>
public static class DaemonProgram
{
    const int Done = 0, Failed = 1, WrongUsage = 2;

    /// <summary>Runs the program.</summary>
    /// <param name="invokedAs">The name it was started by.</param>
    /// <param name="arguments">What follows.</param>
    /// <param name="output">For help; opened only then: a daemon must not hold on to the pipe that it was started from.</param>
    /// <param name="errors">For errors; opened only then.</param>
    /// <returns>0 ended as asked (or runs in the background), 1 failed, 2 the command line cannot be used.</returns>
    public static async Task<int> RunAsync(string invokedAs, IReadOnlyList<string> arguments, Func<TextWriter> output, Func<TextWriter> errors)
    {
        var byName = DaemonRoles.FromName(Path.GetFileName(invokedAs));
        if ((byName ?? (arguments.Count > 0 ? DaemonRoles.FromName(arguments[0]) : null)) is not { } role || arguments.Any(a => a is "--help" or "-h"))
            return await ExplainAsync(arguments, output, errors);
        if (arguments.Contains("--version"))
        {
            await output().WriteLineAsync($"{role.ProgramName()} of nebula-dev, a stand-in for NebulaGraph {BuildInfo.Version}");
            return Done;
        }

        try
        {
            var flags = DaemonFlags.Parse(byName is null ? [.. arguments.Skip(1)] : arguments);
            return await RunAsync(role, invokedAs, arguments, flags);
        }
        catch (NebulaKeepException e)
        {
            await errors().WriteLineAsync($"{role.ProgramName()}: {e.Message}");
            return e is FlagsException ? WrongUsage : Failed;
        }
    }

    static async Task<int> RunAsync(DaemonRole role, string invokedAs, IReadOnlyList<string> arguments, DaemonFlags flags)
    {
        var (directory, clock) = (Environment.CurrentDirectory, TimeProvider.System);
        var pidFile = new PidFile(Path.GetFullPath(flags.Text("pid_file", $"pids/{role.ProgramName()}.pid"), directory));
        pidFile.RefuseIfRunning();
        var background = flags.Switch("daemonize", true);
        if (background && !BackgroundStart.IsSecondProcess)
            return await BackgroundStart.RunAsync(invokedAs.Contains('/') ? invokedAs : Environment.ProcessPath!, arguments, pidFile, clock);

        var logs = Path.GetFullPath(flags.Text("log_dir", "logs"), directory);
        using var loggers = Loggers(role, logs, console: !background, clock);
        var daemon = new ForegroundDaemon(role, flags, directory, loggers, clock, new Random());
        await daemon.RunAsync(pidFile, ready: () => { if (background) NativeProcess.Detach(Path.Combine(logs, $"{role.ShortName()}-stdout.log")); });
        return Done;
    }

    static ILoggerFactory Loggers(DaemonRole role, string directory, bool console, TimeProvider clock) => LoggerFactory.Create(builder =>
    {
        builder.AddFilter("Microsoft", LogLevel.Warning).AddProvider(new GlogFile(Path.Combine(directory, $"{role.ProgramName()}.INFO"), clock));
        if (console) builder.AddSimpleConsole(options => (options.SingleLine, options.UseUtcTimestamp, options.TimestampFormat) = (true, true, "yyyy-MM-dd HH:mm:ss'Z' "));
    });

    static async Task<int> ExplainAsync(IReadOnlyList<string> arguments, Func<TextWriter> output, Func<TextWriter> errors)
    {
        if (arguments.Any(a => a is "--help" or "-h" or "help"))
        {
            await output().WriteLineAsync(Help);
            return Done;
        }

        await errors().WriteLineAsync("nebula-dev: say which daemon to run: metad, storaged or graphd. Try '--help'.");
        return WrongUsage;
    }

    const string Help = """
        nebula-dev: a stand-in for NebulaGraph's daemons, for demos and tests. It speaks their protocols, keeps RocksDB files
        and logs in their formats, and takes their flags and flag files. It is no database to keep data in.

          nebula-dev metad|storaged|graphd [--flagfile FILE] [--flag=value ...]
          nebula-dev layout|load|ngql|digest --help    tools: folders of a cluster, a sample graph, statements, checksums

        Under the name nebula-metad, nebula-storaged or nebula-graphd (a symbolic link) it is that daemon, so that NebulaGraph's own
        scripts can start it. Relative paths start from the working directory. Flags that have no effect here are named in the log.

          --local_ip, --port           where it listens for Thrift (storaged: also on the ports before and after)
          --ws_ip, --ws_http_port      where it answers GET /status and /flags
          --meta_server_addrs          the metads, host:port with commas; the first leads
          --data_path                  metad: one directory; storaged: one or more, with commas
          --daemonize=true             goes to the background once its ports are open; --daemonize=false stays
          --pid_file, --log_dir        as usual
          --enable_ssl                 TLS with client certificates on all ports and connections (or --enable_meta_ssl with
                                       --enable_storage_ssl between daemons, --enable_graph_ssl for graphd's clients)
          --cert_path, --key_path, --password_path, --ca_path, --ca_client_path, --ssl_server_SAN
                                       files of TLS, read again when they change

        Example
          nebula-dev metad --local_ip=127.0.0.1 --port=9559 --meta_server_addrs=127.0.0.1:9559 --data_path=data/meta --daemonize=false

        Exit status: 0 ended as asked, or runs in the background; 1 failed; 2 the command line cannot be used.
        """;
}
