using System.Collections.Concurrent;
using System.Diagnostics;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests.Harness;

/// <summary>A program as a user starts it: real process, arguments as a list, outputs kept.</summary>
sealed class RunningProgram : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    readonly Process process;
    readonly ConcurrentQueue<string> output = new();
    readonly ConcurrentQueue<string> errors = new();

    RunningProgram(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string OutputSoFar => string.Join('\n', output);

    public string ErrorsSoFar => string.Join('\n', errors);

    public static RunningProgram Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string directory = "")
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var running = new RunningProgram(new Process { StartInfo = start });
        running.process.OutputDataReceived += (_, line) => Keep(running.output, line.Data);
        running.process.ErrorDataReceived += (_, line) => Keep(running.errors, line.Data);
        running.process.Start();
        running.process.BeginOutputReadLine();
        running.process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Starts a program and waits for its end.</summary>
    public static Task<Finished> RunAsync(string program, params IEnumerable<string> arguments) => RunInAsync("", program, arguments);

    /// <summary>Starts a program in a directory and waits for its end.</summary>
    public static async Task<Finished> RunInAsync(string directory, string program, params IEnumerable<string> arguments)
    {
        using var running = Start(program, arguments, directory: directory);
        return await running.WaitAsync();
    }

    /// <summary>Waits until the outputs hold a text; the program's end before that is a failure.</summary>
    public Task UntilPrintedAsync(string text) => Eventually.TrueAsync(
        () => OutputSoFar.Contains(text, StringComparison.Ordinal) || (HasExited ? throw new InvalidOperationException($"ended without '{text}':\n{OutputSoFar}\n{ErrorsSoFar}") : false),
        $"never printed '{text}':\n{OutputSoFar}", Patience);

    public async Task<Finished> WaitAsync(TimeSpan? within = null)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(within ?? Patience);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end within {within ?? Patience}:\n{OutputSoFar}\n{ErrorsSoFar}", late);
        }

        return new Finished(process.ExitCode, OutputSoFar, ErrorsSoFar);
    }

    /// <summary>What Ctrl-C sends.</summary>
    public void Interrupt() => Signals.Send(process.Id, Signals.Interrupt);

    /// <summary>A polite end.</summary>
    public void Terminate() => Signals.Send(process.Id, Signals.Terminate);

    /// <summary>As a crash or the kernel's out-of-memory killer ends it.</summary>
    public void Kill() => Signals.Send(process.Id, Signals.Kill);

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }
}
