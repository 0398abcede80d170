using System.Collections.Concurrent;
using NebulaKeep.Agent.Files;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Daemons;

/// <summary>
/// Starts and stops daemons without a shell and waits until they really run, or their process is gone: a launcher's exit
/// code proves neither, and a daemon refuses to start while its predecessor is still ending (observed with NebulaGraph 3.8.0).
/// </summary>
sealed class DaemonControl(TimeProvider clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>A daemon that dies of a bad flag does so right after it has written its pid file.</summary>
    static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    /// <summary>Who was told to end. A daemon may remove its pid file long before its process is gone.</summary>
    readonly ConcurrentDictionary<(string Root, string Name), int> ending = new();

    /// <summary>
    /// One start or stop of a daemon at a time. A launched process takes its time to write its pid file: who looks for it meanwhile
    /// would find nothing running, and could move the data away below it.
    /// </summary>
    readonly ConcurrentDictionary<(string Root, string Name), SemaphoreSlim> gates = new();

    /// <summary>Whether the daemon runs, and as which process.</summary>
    public static int? FindRunning(DaemonFiles daemon)
    {
        if (ProcessTable.ReadPidFile(daemon.PidFile) is not { } pid || !ProcessTable.IsAlive(pid)) return null;
        var runs = Posix.Stat(daemon.Binary) is null ? ProcessTable.IsCalled(pid, $"nebula-{daemon.Name}") : ProcessTable.RunsProgram(pid, daemon.Binary);
        return runs && BelongsHere(pid, daemon) ? pid : null;
    }

    /// <summary>A daemon below which the directories are exchanged would mix old and new data.</summary>
    /// <param name="root">A root that the guard has allowed.</param>
    /// <exception cref="AgentFailureException">A metad or storaged of the root runs.</exception>
    public static void RequireStopped(string root)
    {
        foreach (var daemon in DaemonFiles.WithDataIn(root))
            if (FindRunning(daemon) is { } pid)
                throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"nebula-{daemon.Name} (process {pid}) runs in {root}: its data is not moved before it is stopped");
    }

    /// <summary>
    /// Starts a daemon, or finds it running. Once launched it is seen to its end also where the caller has gone (br was killed):
    /// the next start or stop waits for that.
    /// </summary>
    /// <returns>Its process id.</returns>
    /// <exception cref="AgentFailureException">It cannot be started, or does not run in time.</exception>
    public async Task<int> StartAsync(DaemonFiles daemon, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var gate = GateOf(daemon);
        await gate.WaitAsync(cancellationToken);
        var starting = Releasing(gate, () => StartAloneAsync(daemon, timeout, cancellationToken));
        return await starting.WaitAsync(cancellationToken);
    }

    /// <summary>Sends SIGTERM, never SIGKILL, and waits until the process is gone; finding it gone is a success.</summary>
    /// <exception cref="AgentFailureException">It has not ended in time.</exception>
    public async Task StopAsync(DaemonFiles daemon, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new Limit(timeout, clock, cancellationToken);
        if (await RequestStopAsync(daemon, cancellationToken) is { } pid)
            await GoneAsync(daemon, pid, limit, () => $"nebula-{daemon.Name} (process {pid}) has not ended {timeout.TotalSeconds:0} s after SIGTERM; see its log, it may still be flushing");
    }

    /// <summary>Sends SIGTERM once no start is under way and does not wait for the end, as upstream's StopService.</summary>
    /// <returns>The process that is ending, maybe since an earlier call; null where none runs.</returns>
    public async Task<int?> RequestStopAsync(DaemonFiles daemon, CancellationToken cancellationToken)
    {
        var gate = GateOf(daemon);
        await gate.WaitAsync(cancellationToken);
        return await Releasing(gate, () => Task.FromResult(RequestStop(daemon)));
    }

    int? RequestStop(DaemonFiles daemon)
    {
        if (FindRunning(daemon) is { } pid && ProcessTable.SendTerminate(pid)) ending[KeyOf(daemon)] = pid;
        return ending.TryGetValue(KeyOf(daemon), out var leaving) ? leaving : null;
    }

    async Task<int> StartAloneAsync(DaemonFiles daemon, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var before = new Limit(timeout, clock, cancellationToken);
        if (ending.TryGetValue(KeyOf(daemon), out var old))
            await GoneAsync(daemon, old, before, () => $"nebula-{daemon.Name} (process {old}) was told to end and has not ended");
        if (FindRunning(daemon) is { } pid) return pid;
        cancellationToken.ThrowIfCancellationRequested();
        using var after = new Limit(timeout, clock, CancellationToken.None);
        return await RunningAsync(daemon, Launch(daemon, "start"), after);
    }

    SemaphoreSlim GateOf(DaemonFiles daemon) => gates.GetOrAdd(KeyOf(daemon), _ => new SemaphoreSlim(1, 1));

    static async Task<T> Releasing<T>(SemaphoreSlim gate, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    static (string Root, string Name) KeyOf(DaemonFiles daemon) => (daemon.Root, daemon.Name);

    /// <summary>
    /// Several daemons of a machine may share one program. A daemon's root is its working directory (spec/agent.md §4); one that
    /// left it still names its flag file.
    /// </summary>
    static bool BelongsHere(int pid, DaemonFiles daemon) =>
        ProcessTable.WorksIn(pid, daemon.Root) || ProcessTable.HasArgument(pid, daemon.FlagFile);

    async Task GoneAsync(DaemonFiles daemon, int pid, Limit limit, Func<string> overdue)
    {
        while (ProcessTable.IsAlive(pid)) await limit.PauseAsync(Pause, overdue);
        ending.TryRemove(new KeyValuePair<(string, string), int>(KeyOf(daemon), pid));
    }

    async Task<int> RunningAsync(DaemonFiles daemon, int launched, Limit limit)
    {
        var (since, seen) = (clock.GetTimestamp(), 0);
        int? exit = null;
        while (true)
        {
            exit ??= ProcessTable.ExitCodeOf(launched);
            var running = FindRunning(daemon) ?? 0;
            if (running != seen) (seen, since) = (running, clock.GetTimestamp());
            var settled = clock.GetElapsedTime(since) >= Settling;
            if (running != 0 && settled) return running;
            if (running == 0 && settled && exit is { } code && (code != 0 || !daemon.Daemonizes)) throw Failed(daemon, code < 0 ? "ended right after its start" : $"ended right after its start with exit status {code}");
            await limit.PauseAsync(Pause, () => Reason(daemon, exit is null ? "is still being started" : "was started and does not run"));
        }
    }

    static int Launch(DaemonFiles daemon, string action)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(daemon.Output)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Posix.Stat(daemon.Binary) is not null) return Launcher.Start(daemon.Binary, ["--flagfile", daemon.FlagFile], daemon.Root, daemon.Output);
        if (Posix.Stat(daemon.Script) is not null) return Launcher.Start(daemon.Script, [action, daemon.Name], daemon.Root, daemon.Output);
        throw new AgentFailureException(GrpcStatusCode.NotFound, $"neither {daemon.Binary} nor {daemon.Script} exists");
    }

    static AgentFailureException Failed(DaemonFiles daemon, string what) => new(GrpcStatusCode.FailedPrecondition, Reason(daemon, what));

    static string Reason(DaemonFiles daemon, string what) => $"nebula-{daemon.Name} in {daemon.Root} {what}{DaemonOutput.Tail(daemon.Output)}; see also its own log";
}
