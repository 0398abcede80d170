namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>What happened, in order; several agents write at once.</summary>
sealed class CallLog
{
    readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public void Add(string line) => lines.Enqueue(line);

    public void Clear() => lines.Clear();
}
