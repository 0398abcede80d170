namespace NebulaKeep.Backup.Progress;

/// <summary>Tells the observer about steps and remembers the one that runs, for messages of failure.</summary>
sealed class StepRunner(TimeProvider clock, IBackupObserver observer)
{
    /// <summary>The step that runs, or ran last.</summary>
    public string Current { get; private set; } = "starting";

    /// <summary>Runs a step with a result.</summary>
    public async Task<T> RunAsync<T>(string step, Func<Task<T>> work)
    {
        Current = step;
        observer.StepStarted(step);
        var began = clock.GetTimestamp();
        var result = await work();
        observer.StepEnded(step, clock.GetElapsedTime(began));
        return result;
    }

    /// <summary>Runs a step.</summary>
    public Task RunAsync(string step, Func<Task> work) => RunAsync(step, async () =>
    {
        await work();
        return true;
    });
}
