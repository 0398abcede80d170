namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Bounds of the Google store; the defaults are what users get, tests take smaller ones.</summary>
sealed record GcsLimits
{
    /// <summary>Google takes only multiples of this, but for the last piece.</summary>
    public const int ChunkUnit = 256 << 10;

    /// <summary>
    /// Bytes of one request of a resumable upload, a multiple of <see cref="ChunkUnit"/>. Two are in memory: one is sent, the next is
    /// read. The least that Google recommends, so that several uploads find room in the buffers that all share.
    /// </summary>
    public int ChunkBytes { get; init; } = 8 << 20;

    /// <summary>Tries after the first of one request; in an upload, tries in a row that bring nothing forward.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Wait before the first repetition; doubled each time, with jitter, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two tries where the server names none.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait that a server's Retry-After may ask for; a longer one is cut to this.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for one request without its body.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence in the middle of a download.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for one access token.</summary>
    public TimeSpan TokenTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time for giving up an upload that failed.</summary>
    public TimeSpan AbortTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest line that an upload may have: bodies get so much more time.</summary>
    public int SlowestBytesPerSecond { get; init; } = 64 << 10;

    /// <summary>Deletions under way at once: Google has no request for many.</summary>
    public int ParallelDeletes { get; init; } = 32;

    /// <summary>
    /// Bytes of a buffer for a content with so many left: one more than these, so that its end is seen, rounded up to what Google
    /// takes as a piece should it be longer than it said.
    /// </summary>
    public int BufferFor(long? left) => left < ChunkBytes ? (int)Math.Min(ChunkBytes, (left.Value / ChunkUnit + 1) * ChunkUnit) : ChunkBytes;

    /// <summary>Time for one request with a body.</summary>
    public TimeSpan TimeoutFor(long bodyBytes) => RequestTimeout + TimeSpan.FromSeconds((double)bodyBytes / SlowestBytesPerSecond);
}
