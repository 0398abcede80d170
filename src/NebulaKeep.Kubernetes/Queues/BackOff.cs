namespace NebulaKeep.Kubernetes.Queues;

/// <summary>
/// Delays that double from <paramref name="first"/> to <paramref name="longest"/>, each shortened by a random part of up to
/// <paramref name="jitter"/> (0 to 1), so that many that failed together do not come back together.
/// </summary>
public sealed class BackOff(TimeSpan first, TimeSpan longest, double jitter, Random random)
{
    readonly Lock gate = new();

    /// <summary>The delays of a controller: 100 ms to 5 minutes, up to a third less.</summary>
    public static BackOff ForControllers(Random random) => new(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), 1.0 / 3, random);

    /// <summary>The delay before the next try after a number of earlier failures in a row (0 for the first one).</summary>
    public TimeSpan After(int failures)
    {
        // 2^40 times any sensible first delay is beyond any sensible longest one, and does not overflow.
        var full = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 40)), longest.TotalMilliseconds);
        double part;
        lock (gate) part = random.NextDouble();
        return TimeSpan.FromMilliseconds(full * (1 - jitter * part));
    }
}
