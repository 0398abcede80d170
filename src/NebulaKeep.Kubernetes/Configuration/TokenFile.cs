using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>
/// A token in a file that the kubelet renews. It is read again every ten seconds at most, and at once after a refusal; while the file
/// cannot be read the last token goes on.
/// </summary>
sealed class TokenFile(string path, TimeProvider time) : ITokenSource
{
    static readonly TimeSpan Remember = TimeSpan.FromSeconds(10);

    volatile Remembered? last;

    public async ValueTask<Secret> ReadAsync(bool fresh, CancellationToken cancellation)
    {
        var known = last;
        if (known is not null && !fresh && time.GetElapsedTime(known.ReadAt) < Remember) return known.Token;
        var readAt = time.GetTimestamp();
        try
        {
            var text = (await SmallFile.ReadTextAsync(path, cancellation)).Trim();
            if (text.Length == 0) throw new KubeConfigException($"The token file {path} is empty");
            last = known = new Remembered(new Secret(text), readAt);
        }
        catch (KubeConfigException) when (known is not null)
        {
            // In the middle of a rotation; if the old token is refused, the API server says so.
        }
        return known.Token;
    }

    sealed record Remembered(Secret Token, long ReadAt);
}
