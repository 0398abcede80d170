namespace NebulaKeep.Nebula.Calls;

/// <summary>How long and how often a client tries.</summary>
public sealed record RetryOptions
{
    /// <summary>No attempt begins later than this after the call.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pause before the second attempt; each further pause is twice as long.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Chance for the jitter.</summary>
    public Random Random { get; init; } = new();

    /// <summary>The pause before attempt <paramref name="attempt"/> + 1: between half and the whole of the doubled delay.</summary>
    /// <param name="attempt">Attempts made so far, from 1.</param>
    public TimeSpan DelayAfter(int attempt)
    {
        var whole = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, attempt - 1), MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (0.5 * NextChance())));
    }

    double NextChance()
    {
        lock (Random) return Random.NextDouble();
    }
}
