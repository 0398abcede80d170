using System.Globalization;
using NebulaKeep.Agent.Daemons;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Daemons;

public sealed class DaemonControlTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), Impatience = TimeSpan.FromMilliseconds(200);
    static readonly CancellationToken None = CancellationToken.None;
    readonly HostFolder host = new();
    readonly DaemonControl control = new(TimeProvider.System);
    readonly List<StandInDaemon> daemons = [];

    [Fact]
    public async Task Starting_returns_when_the_daemon_runs_and_finds_it_running_the_second_time()
    {
        var daemon = Daemon();

        var pid = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));

        ProcessTable.IsAlive(pid).ShouldBeTrue();
        DaemonControl.FindRunning(daemon.Files).ShouldBe(pid);
        (await control.StartAsync(daemon.Files, Patience, None)).ShouldBe(pid);
    }

    [Theory]
    [InlineData("--daemonize=true")]
    [InlineData("--daemonize=false")]
    public async Task Stopping_returns_when_the_process_is_gone_not_when_its_pid_file_is(string daemonize)
    {
        var daemon = Daemon("--lingers=0.4", daemonize);
        var pid = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));

        await control.StopAsync(daemon.Files, Patience, None);

        ProcessTable.IsAlive(pid).ShouldBeFalse();
        DaemonControl.FindRunning(daemon.Files).ShouldBeNull();
        await control.StopAsync(daemon.Files, Patience, None);
    }

    [Fact]
    public async Task A_daemon_that_was_told_to_end_and_removed_its_pid_file_is_waited_for_before_it_is_started_again()
    {
        var daemon = Daemon("--lingers=0.6");
        var old = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));
        (await control.RequestStopAsync(daemon.Files, None)).ShouldBe(old);
        await Eventually.TrueAsync(() => !File.Exists(daemon.Files.PidFile), "the pid file is gone");
        ProcessTable.IsAlive(old).ShouldBeTrue("it still lingers");

        var young = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));

        young.ShouldNotBe(old);
        ProcessTable.IsAlive(old).ShouldBeFalse();
    }

    [Fact]
    public async Task A_stop_after_a_stop_that_did_not_wait_waits_for_the_same_process()
    {
        var daemon = Daemon("--lingers=0.4");
        var pid = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));
        await control.RequestStopAsync(daemon.Files, None);
        await Eventually.TrueAsync(() => !File.Exists(daemon.Files.PidFile), "the pid file is gone");

        await control.StopAsync(daemon.Files, Patience, None);

        ProcessTable.IsAlive(pid).ShouldBeFalse();
    }

    [Fact]
    public async Task A_daemon_that_does_not_end_is_reported_and_not_killed()
    {
        var daemon = Daemon("--stubborn=1");
        var pid = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));

        var failure = await control.StopAsync(daemon.Files, Impatience, None).ShouldFailAsync(GrpcStatusCode.DeadlineExceeded);

        failure.Message.ShouldContain($"nebula-metad (process {pid}) has not ended");
        ProcessTable.IsAlive(pid).ShouldBeTrue();
        (await control.StartAsync(daemon.Files, Impatience, None).ShouldFailAsync(GrpcStatusCode.DeadlineExceeded)).Message.ShouldContain("was told to end and has not ended");
    }

    [Fact]
    public async Task A_start_whose_caller_has_gone_is_waited_for_by_the_next_stop()
    {
        using var gone = new CancellationTokenSource();
        var daemon = Daemon("--hesitates=0.5");
        var starting = control.StartAsync(daemon.Files, Patience, gone.Token);
        await Eventually.TrueAsync(() => File.Exists($"{daemon.Root}/launched"), "launched");
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(starting);
        DaemonControl.FindRunning(daemon.Files).ShouldBeNull("its pid file is still to come");

        await control.StopAsync(daemon.Files, Patience, None);

        ProcessTable.IsAlive(int.Parse(await File.ReadAllTextAsync($"{daemon.Root}/launched", None), CultureInfo.InvariantCulture)).ShouldBeFalse();
        DaemonControl.FindRunning(daemon.Files).ShouldBeNull();
    }

    [Theory]
    [InlineData("--fails=3")]
    [InlineData("--fails=3", "--daemonize=false")]
    public async Task A_daemon_that_cannot_start_is_reported_with_its_status_and_what_it_printed(params string[] flags)
    {
        var daemon = Daemon(flags);

        var failure = await control.StartAsync(daemon.Files, Patience, None).ShouldFailAsync(GrpcStatusCode.FailedPrecondition);

        failure.Message.ShouldContain("ended right after its start with exit status 3");
        failure.Message.ShouldContain("it printed: cannot open the data path");
    }

    [Fact]
    public async Task A_daemon_that_is_not_there_cannot_be_started()
    {
        var daemon = new StandInDaemon(host.Root);

        (await control.StartAsync(daemon.Files, Patience, None).ShouldFailAsync(GrpcStatusCode.NotFound)).Message.ShouldContain("neither");
        await control.StopAsync(daemon.Files, Patience, None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("999999999999999999999999")]
    [InlineData("4194303")]
    public async Task A_pid_file_without_a_process_is_no_running_daemon(string content)
    {
        var daemon = Daemon();
        File.WriteAllText(daemon.Files.PidFile, content);

        DaemonControl.FindRunning(daemon.Files).ShouldBeNull();
        (await control.RequestStopAsync(daemon.Files, None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_pid_file_that_names_another_program_stops_nobody()
    {
        var daemon = Daemon();
        File.WriteAllText(daemon.Files.PidFile, $"{Environment.ProcessId}\n");

        DaemonControl.FindRunning(daemon.Files).ShouldBeNull();
        (await control.RequestStopAsync(daemon.Files, None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_pid_file_that_names_the_same_program_of_another_root_stops_nobody()
    {
        var other = Daemon();
        var daemon = new StandInDaemon($"{host.Path}/second");
        File.CreateSymbolicLink(daemon.Files.Binary, other.Files.Binary);
        daemons.Add(daemon);
        var pid = other.Mind(await control.StartAsync(other.Files, Patience, None));
        File.WriteAllText(daemon.Files.PidFile, $"{pid}\n");

        DaemonControl.FindRunning(daemon.Files).ShouldBeNull();
        await control.StopAsync(daemon.Files, Patience, None);

        ProcessTable.IsAlive(pid).ShouldBeTrue();
        DaemonControl.FindRunning(other.Files).ShouldBe(pid);
    }

    [Fact]
    public async Task A_daemon_inherits_no_secret_of_the_agent()
    {
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY_OF_TEST", "canary");
        Environment.SetEnvironmentVariable("HARMLESS_OF_TEST", "harmless");
        var daemon = Daemon();

        var pid = daemon.Mind(await control.StartAsync(daemon.Files, Patience, None));

        var environment = await File.ReadAllTextAsync($"/proc/{pid}/environ", TestContext.Current.CancellationToken);
        environment.ShouldContain("harmless");
        environment.ShouldNotContain("canary");
    }

    public void Dispose()
    {
        foreach (var daemon in daemons) daemon.Dispose();
        host.Dispose();
    }

    StandInDaemon Daemon(params string[] flags)
    {
        var daemon = new StandInDaemon(host.Root, flags).Install();
        daemons.Add(daemon);
        return daemon;
    }
}
