namespace NebulaKeep.DevCluster.Tests.Wal;

/// <summary>A clock that stands.</summary>
sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
