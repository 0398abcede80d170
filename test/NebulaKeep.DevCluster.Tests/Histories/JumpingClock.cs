namespace NebulaKeep.DevCluster.Tests.Histories;

/// <summary>Real time that can be moved on: names of backups are by the second, and nobody has that long to wait.</summary>
sealed class JumpingClock : TimeProvider
{
    long ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref ahead));

    /// <summary>Goes on by so much at once.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}
