using System.Net;
using System.Security.Authentication;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>What a failed request means: whether to try again, which failure it is, and what the user can do.</summary>
static class GcsErrors
{
    /// <summary>Refusals with status 403 that pass: too many requests, not a missing right.</summary>
    static readonly HashSet<string> Throttling = new(StringComparer.Ordinal) { "rateLimitExceeded", "userRateLimitExceeded", "backendError" };

    /// <summary>True where another try may succeed.</summary>
    public static bool ShouldRetry(Exception error) => error switch
    {
        ObjectStoreException store => store.IsTransient,
        GcsRefusedException refused => IsTransient(refused),
        _ => Cause<AuthenticationException>(error) is null && IsTransport(error),
    };

    /// <summary>True where sending the same again as a whole may succeed: then also what changed on its way is sent anew.</summary>
    public static bool ShouldSendAgain(Exception error) => ShouldRetry(error) || error is GcsRefusedException refused && IsWrongChecksum(refused);

    /// <summary>The failure for the caller. Nothing is kept inside: what a library or server says can repeat a token.</summary>
    public static ObjectStoreException Translate(Exception error, GcsConnection connection, string doing)
    {
        if (error is ObjectStoreException known) return known;
        var (failure, advice) = Classify(error);
        var code = error is GcsRefusedException refused ? $"{(int)refused.Status} {refused.Reason}: " : "";
        return new ObjectStoreException(failure, $"{doing} in {connection.Target.Location} at {connection.Target.Server} failed: {code}{connection.Redact(Innermost(error).Message)} {advice}");
    }

    /// <summary>How long the server asks to wait; null where it does not.</summary>
    public static TimeSpan? RetryAfter(Exception? error) => (error as GcsRefusedException)?.RetryAfter;

    static bool IsTransient(GcsRefusedException refused) =>
        refused.IsStall || (int)refused.Status is >= 500 and not 501 and not 507 or 408 or 429 || (refused.Status == HttpStatusCode.Forbidden && Throttling.Contains(refused.Reason));

    // Google has no word of its own for it: reason "invalid", and a sentence that names the checksum.
    static bool IsWrongChecksum(GcsRefusedException refused) =>
        refused.Status == HttpStatusCode.BadRequest && refused.Message.Contains("crc32c", StringComparison.OrdinalIgnoreCase);

    static (StoreFailure Failure, string Advice) Classify(Exception error)
    {
        if (Cause<AuthenticationException>(error) is { } tls) return ClassifyTls(tls);
        if (error is GcsRefusedException refused) return Classify(refused);
        return IsTransport(error) ? (StoreFailure.Unavailable, "Check the endpoint, the network, and whether the server is up.") : (StoreFailure.Other, "");
    }

    static (StoreFailure Failure, string Advice) Classify(GcsRefusedException refused) => refused.Status switch
    {
        _ when IsWrongChecksum(refused) => (StoreFailure.ChecksumMismatch, "The data changed on its way, each time: check memory and network."),
        _ when IsTransient(refused) => (StoreFailure.Unavailable, "It failed at every try: wait and try again, or look at the server."),
        HttpStatusCode.Unauthorized => (StoreFailure.Unauthenticated, "The server does not take the access token: check that the credentials are of the right project and were not revoked, and the clock of this machine."),
        HttpStatusCode.Forbidden => (StoreFailure.Forbidden, "The credentials may not do this: give their account the role Storage Object Admin on the bucket, and check that billing is active."),
        HttpStatusCode.NotFound => (StoreFailure.NotFound, ""),
        HttpStatusCode.InsufficientStorage => (StoreFailure.Full, "Free space on the server."),
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect => (StoreFailure.Other, "The endpoint sends elsewhere: give the address of the storage server itself."),
        _ => (StoreFailure.Other, ""),
    };

    static (StoreFailure Failure, string Advice) ClassifyTls(AuthenticationException error) =>
        error.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? (StoreFailure.Untrusted, "The server's certificate is not trusted: give the CA that signed it, and use a host name that is in the certificate.")
            : (StoreFailure.Other, "The server does not speak TLS at this port: use http:// for a plain server on this machine, or the TLS port.");

    static bool IsTransport(Exception error) =>
        Cause<IOException>(error) is not null || Cause<HttpRequestException>(error) is not null || Cause<TimeoutException>(error) is not null;

    static T? Cause<T>(Exception error) where T : Exception
    {
        for (var at = error; at is not null; at = at.InnerException)
        {
            if (at is T found) return found;
        }

        return null;
    }

    static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner) error = inner;
        return error;
    }
}
