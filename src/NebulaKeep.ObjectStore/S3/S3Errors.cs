using System.Net;
using System.Security.Authentication;
using Amazon.Runtime;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>What an exception of the SDK means: whether to try again, which failure it is, and what the user can do.</summary>
static class S3Errors
{
    const StoreFailure Auth = StoreFailure.Unauthenticated;

    static readonly Dictionary<string, (StoreFailure Failure, string Advice)> ByCode = new(StringComparer.Ordinal)
    {
        ["NoSuchBucket"] = (StoreFailure.RootNotFound, "The bucket does not exist: create it, or correct its name."),
        ["NoSuchKey"] = (StoreFailure.NotFound, "The object does not exist."),
        ["InvalidAccessKeyId"] = (Auth, "The server does not know the access key: check it, and that it belongs to this server."),
        ["SignatureDoesNotMatch"] = (Auth, "The secret key is wrong, or a proxy changed the request: check the secret key."),
        ["ExpiredToken"] = (Auth, "The temporary credentials have expired: get new ones."),
        ["TokenRefreshRequired"] = (Auth, "The temporary credentials have expired: get new ones."),
        ["InvalidToken"] = (Auth, "The session token is not valid: get new temporary credentials."),
        ["RequestTimeTooSkewed"] = (Auth, "The clocks of this machine and the server differ too much: set the clock (NTP)."),
        ["AccessDenied"] = (StoreFailure.Forbidden, "The credentials may not do this: allow reading, writing, listing and deleting below the prefix."),
        ["AuthorizationHeaderMalformed"] = (StoreFailure.Other, "The bucket is in another region: give the region that the server names."),
        ["PermanentRedirect"] = (StoreFailure.Other, "The bucket is in another region: give its region, and its endpoint if one is set."),
        ["QuotaExceeded"] = (StoreFailure.Full, "The quota of the bucket or user is used up: delete old backups or raise it."),
        ["BadDigest"] = (StoreFailure.ChecksumMismatch, "The data changed on its way, each time: check memory and network."),
        ["XAmzContentSHA256Mismatch"] = (StoreFailure.ChecksumMismatch, "The data changed on its way, each time: check memory and network."),
    };

    static readonly HashSet<string> Transient = new(StringComparer.Ordinal)
    {
        "SlowDown", "RequestTimeout", "RequestThrottled", "Throttling", "ThrottlingException", "TooManyRequests", "InternalError", "ServiceUnavailable",
        "OperationAborted", "ConditionalRequestConflict", "IncompleteBody", "BadDigest", "XAmzContentSHA256Mismatch",
    };

    /// <summary>True where sending the same again may succeed.</summary>
    public static bool ShouldRetry(Exception error) => error switch
    {
        ObjectStoreException store => store.IsTransient,
        AmazonServiceException service when (int)service.StatusCode is >= 500 and not 501 and not 507 or 408 or 429 => true,
        AmazonServiceException service when service.ErrorCode is { } code && Transient.Contains(code) => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.MultipleChoices } => false,
        _ => Cause<AuthenticationException>(error) is null && IsTransport(error),
    };

    /// <summary>True for a code that the server's answer can have in several spellings, all with this status.</summary>
    public static bool IsStatus(Exception error, HttpStatusCode status) => error is AmazonServiceException service && service.StatusCode == status;

    /// <summary>
    /// The failure for the caller. The SDK's exception is not kept inside: the answer that it carries can repeat signed headers,
    /// the session token among them.
    /// </summary>
    public static ObjectStoreException Translate(Exception error, S3Target target, string doing)
    {
        if (error is ObjectStoreException known) return known;
        var (failure, advice) = Classify(error);
        var code = error is AmazonServiceException { ErrorCode: { Length: > 0 } name } ? name + ": " : "";
        // Some servers send no text beside the code.
        var said = target.Redact(Innermost(error).Message) is { Length: > 0 } text ? text + " " : "";
        return new ObjectStoreException(failure, $"{doing} in {target.Location} at {target.Server} failed: {code}{said}{advice}");
    }

    static (StoreFailure Failure, string Advice) Classify(Exception error)
    {
        if (Cause<AuthenticationException>(error) is { } tls) return ClassifyTls(tls);
        if (error is AmazonServiceException { ErrorCode: { } code } && ByCode.TryGetValue(code, out var known)) return known;
        if (error is not AmazonServiceException { StatusCode: >= HttpStatusCode.MultipleChoices } service)
            return IsTransport(error) || ShouldRetry(error) ? (StoreFailure.Unavailable, "Check the endpoint, the network, and whether the server is up.") : (StoreFailure.Other, "");
        return service.StatusCode switch
        {
            HttpStatusCode.NotFound => (StoreFailure.NotFound, ""),
            HttpStatusCode.Unauthorized => (Auth, "Check access key and secret key."),
            HttpStatusCode.Forbidden => (StoreFailure.Forbidden, "The server refuses this: check the credentials and their rights."),
            HttpStatusCode.InsufficientStorage => (StoreFailure.Full, "Free space on the server."),
            HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect => ByCode["PermanentRedirect"],
            _ when ShouldRetry(service) => (StoreFailure.Unavailable, "It failed at every try: wait and try again, or look at the server."),
            _ => (StoreFailure.Other, ""),
        };
    }

    static (StoreFailure Failure, string Advice) ClassifyTls(AuthenticationException error) =>
        error.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? (StoreFailure.Untrusted, "The server's certificate is not trusted: give the CA that signed it, and use a host name that is in the certificate.")
            : (StoreFailure.Other, "The server does not speak TLS at this port: use http:// for a plain server, or the TLS port.");

    static bool IsTransport(Exception error) =>
        Cause<IOException>(error) is not null || Cause<HttpRequestException>(error) is not null || Cause<System.Net.Sockets.SocketException>(error) is not null
        || Cause<TimeoutException>(error) is not null;

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
        while (error.InnerException is { } inner && error is not AmazonServiceException { StatusCode: >= HttpStatusCode.MultipleChoices }) error = inner;
        return error;
    }
}
