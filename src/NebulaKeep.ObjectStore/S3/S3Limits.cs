namespace NebulaKeep.ObjectStore.S3;

/// <summary>Bounds of the S3 store; the defaults are what users get, tests take smaller ones.</summary>
sealed record S3Limits
{
    /// <summary>Parts of one upload in memory, being read or sent: with parts of 8 MiB, 32 MiB for each upload.</summary>
    public int BuffersPerUpload { get; init; } = 4;

    /// <summary>Tries after the first of one request.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Wait before the first repetition; doubled each time, with jitter, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two tries.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for one request without its body.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence in the middle of a download.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for finding credentials that are not in the settings.</summary>
    public TimeSpan CredentialsTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time for aborting an upload that failed.</summary>
    public TimeSpan AbortTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest line that an upload may have: bodies get so much more time.</summary>
    public int SlowestBytesPerSecond { get; init; } = 64 << 10;

    /// <summary>Time for one request with a body.</summary>
    public TimeSpan TimeoutFor(long bodyBytes) => RequestTimeout + TimeSpan.FromSeconds((double)bodyBytes / SlowestBytesPerSecond);
}
