using System.Net;
using System.Text.Json.Nodes;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>A request that the API server refused, or that never reached it.</summary>
public sealed class KubeException : NebulaKeepException
{
    readonly bool isTransient;

    /// <summary>A refusal. <paramref name="status"/> is the answer's <c>Status</c> object, where it sent one.</summary>
    internal KubeException(string doing, HttpStatusCode code, JsonObject? status, TimeSpan? retryAfter)
        : base($"{doing}: {status.Text("message") ?? "the API server gave no message"} ({status.Text("reason") ?? code.ToString()}, {(int)code})")
    {
        Code = code;
        Reason = status.Text("reason") ?? "";
        Causes = [.. status.Items("details", "causes").Select(cause => (cause.Text("reason") ?? "", cause.Text("field") ?? "", cause.Text("message") ?? ""))];
        RetryAfter = retryAfter;
        isTransient = code is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;
    }

    /// <summary>A request without an answer, or with one that makes no sense.</summary>
    internal KubeException(string message, bool isTransient, Exception? inner = null) : base(message, inner) => this.isTransient = isTransient;

    /// <summary>The HTTP status, or null when no answer came.</summary>
    public HttpStatusCode? Code { get; }

    /// <summary>The machine-readable reason of the API server's <c>Status</c>, such as <c>NotFound</c>; may be empty.</summary>
    public string Reason { get; } = "";

    /// <summary>The details of a refusal: for an invalid object one for each field.</summary>
    public IReadOnlyList<(string Reason, string Field, string Message)> Causes { get; } = [];

    /// <summary>How long the API server asks to wait before the next try, where it said so.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <inheritdoc/>
    public override bool IsTransient => isTransient;

    /// <summary>The object is not there.</summary>
    public bool IsNotFound => Code is HttpStatusCode.NotFound;

    /// <summary>An object of that name is there already.</summary>
    public bool IsAlreadyExists => Code is HttpStatusCode.Conflict && Reason == "AlreadyExists";

    /// <summary>The object changed meanwhile, a precondition failed, or another manager owns an applied field: read again and decide again.</summary>
    public bool IsConflict => Code is HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>The asked-for version is no longer known: list again.</summary>
    public bool IsExpired => Code is HttpStatusCode.Gone;

    /// <summary>The identity may not do that.</summary>
    public bool IsForbidden => Code is HttpStatusCode.Forbidden;

    /// <summary>The object breaks its schema or a rule.</summary>
    public bool IsInvalid => Code is HttpStatusCode.UnprocessableEntity;

    /// <summary>The server is behind the asked-for version, as after etcd was restored from a backup: list again.</summary>
    internal bool IsFutureVersion => Causes.Any(cause => cause.Reason == "ResourceVersionTooLarge");
}
