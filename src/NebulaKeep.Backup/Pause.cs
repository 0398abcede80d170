namespace NebulaKeep.Backup;

/// <summary>Waiting that ends quietly.</summary>
static class Pause
{
    /// <summary>True after the time, false where the token ended it before.</summary>
    public static async Task<bool> ForAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(time, clock, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
