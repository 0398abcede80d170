namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>
/// Every call on the fake cluster and on its store passes here and is numbered from 1, so that a test can let exactly the
/// k-th go wrong: before it has an effect, or after.
/// </summary>
sealed class Gate
{
    readonly Lock lockObject = new();
    readonly List<string> calls = [];

    /// <summary>All calls so far, in order.</summary>
    public IReadOnlyList<string> Calls
    {
        get { lock (lockObject) return [.. calls]; }
    }

    /// <summary>Called with number and name before the effect; may throw.</summary>
    public Action<int, string> Before { get; set; } = (_, _) => { };

    /// <summary>Called with number and name after the effect; may throw: the answer is lost.</summary>
    public Action<int, string> After { get; set; } = (_, _) => { };

    public async Task<T> PassAsync<T>(string call, CancellationToken cancellationToken, Func<Task<T>> effect)
    {
        var number = Number(call);
        Before(number, call);
        cancellationToken.ThrowIfCancellationRequested();
        var result = await effect();
        After(number, call);
        return result;
    }

    public Task<T> PassAsync<T>(string call, CancellationToken cancellationToken, Func<T> effect) =>
        PassAsync(call, cancellationToken, () => Task.FromResult(effect()));

    public Task PassAsync(string call, CancellationToken cancellationToken, Action effect) =>
        PassAsync(call, cancellationToken, () =>
        {
            effect();
            return true;
        });

    int Number(string call)
    {
        lock (lockObject)
        {
            calls.Add(call);
            return calls.Count;
        }
    }
}
