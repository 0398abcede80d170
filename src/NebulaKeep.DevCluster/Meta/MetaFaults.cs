using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>Places where a test may step in; without one nothing happens there.</summary>
public sealed class MetaFaults
{
    /// <summary>After all hosts block writes and before the first checkpoint. A test kills the metad here, or waits.</summary>
    public Func<CancellationToken, Task>? AfterBlocking { get; set; }

    /// <summary>While a job runs: it stays RUNNING until the task ends.</summary>
    public Func<JobType, CancellationToken, Task>? DuringJob { get; set; }
}
