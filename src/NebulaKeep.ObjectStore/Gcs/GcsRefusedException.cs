using System.Net;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>An answer other than success, before it is known what it means to the caller. Never leaves the store.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="reason">Google's word for it; empty where there is none.</param>
/// <param name="message">The server's sentence, without secrets.</param>
/// <param name="retryAfter">How long the server asks to wait.</param>
sealed class GcsRefusedException(HttpStatusCode status, string reason, string message, TimeSpan? retryAfter) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string Reason { get; } = reason;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>No refusal, but an answer that brings nothing forward: worth another try.</summary>
    public bool IsStall { get; init; }
}
