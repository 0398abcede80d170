using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Configuration;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>
/// A client of the Kubernetes API. Objects are JSON (see <see cref="ObjectFields"/>), kinds are named by <see cref="ResourceKind"/>.
/// Every method throws <see cref="KubeException"/> when the API server refuses or cannot be reached; nothing is retried here, because
/// callers decide on what they read. Safe for use by many threads.
/// </summary>
public sealed class KubeClient : IDisposable
{
    readonly KubeTransport transport;
    readonly KubeClientOptions options;
    readonly TimeProvider time;
    readonly SemaphoreSlim onePage = new(1);

    /// <summary>Makes a client; nothing is sent yet. The configuration stays the caller's.</summary>
    public KubeClient(KubeConfig config, KubeClientOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        transport = new KubeTransport(config, options, time);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        transport.Dispose();
        onePage.Dispose();
    }

    /// <summary>Asks for the API server's release.</summary>
    public async Task<ServerVersion> VersionAsync(CancellationToken cancellation)
    {
        var answer = await SendAsync(HttpMethod.Get, "version", "Reading the API server's version", null, cancellation);
        return ServerVersion.Parse(answer.Text("major") ?? "", answer.Text("minor") ?? "");
    }

    /// <summary>Reads an object.</summary>
    public Task<JsonObject> GetAsync(ResourceKind kind, NamespacedName key, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, KubePath.Item(kind, key), $"Reading {kind} {key}", null, cancellation);

    /// <summary>Reads an object, or null when it is not there.</summary>
    public async Task<JsonObject?> FindAsync(ResourceKind kind, NamespacedName key, CancellationToken cancellation)
    {
        try
        {
            return await GetAsync(kind, key, cancellation);
        }
        catch (KubeException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads all objects of a selection, in pages, as they were at one version. When the API server forgets that version midway, the
    /// list is started again.
    /// </summary>
    public async Task<ObjectList> ListAsync(ResourceKind kind, Selection selection, CancellationToken cancellation)
    {
        const int MaxStarts = 3;
        for (var start = 1; ; start++)
        {
            try
            {
                return await new Lister(transport, options).ListAsync(kind, selection, cancellation);
            }
            catch (KubeException error) when (error.IsExpired && start < MaxStarts)
            {
                // The next page's version was compacted away: only a whole new list is consistent.
            }
        }
    }

    /// <summary>
    /// As <see cref="ListAsync"/>, page by page, and not started again: who follows objects does that by itself. Of all that are read this way
    /// one page is in memory at a time, however many kinds are followed.
    /// </summary>
    internal IAsyncEnumerable<ObjectList> ListPagesAsync(ResourceKind kind, Selection selection, CancellationToken cancellation) =>
        new Lister(transport, options, onePage).PagesAsync(kind, selection, cancellation);

    /// <summary>
    /// The changes of a selection after a version, until the API server ends the watch (then the sequence ends), the connection breaks or
    /// stalls (a transient <see cref="KubeException"/>), or the version is too old (<see cref="KubeException.IsExpired"/>).
    /// </summary>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceKind kind, Selection selection, string resourceVersion, CancellationToken cancellation) =>
        new Watcher(transport, options, time).WatchAsync(kind, selection, resourceVersion, cancellation);

    /// <summary>Stores a new object. With <c>metadata.generateName</c> the API server chooses the name.</summary>
    public Task<JsonObject> CreateAsync(ResourceKind kind, JsonObject item, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, KubePath.Collection(kind, item.Key().Namespace), $"Creating {kind} {item.Key()}", item, cancellation);

    /// <summary>Replaces an object whole. With its <c>resourceVersion</c> set, a change meanwhile is a conflict.</summary>
    public Task<JsonObject> ReplaceAsync(ResourceKind kind, JsonObject item, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Put, KubePath.Item(kind, item.Key()), $"Replacing {kind} {item.Key()}", item, cancellation);

    /// <summary>
    /// Server-side apply: sets the given fields, and removes those that this manager set before and no longer gives. Unless
    /// <paramref name="force"/> is true, a field that another manager set otherwise is a conflict.
    /// </summary>
    public Task<JsonObject> ApplyAsync(ResourceKind kind, JsonObject item, string fieldManager, bool force, CancellationToken cancellation)
    {
        var path = KubePath.Query(KubePath.Item(kind, item.Key()), ("fieldManager", fieldManager), ("force", force ? "true" : null));
        return PatchAsync(path, $"Applying {kind} {item.Key()}", item, "application/apply-patch+yaml", cancellation);
    }

    /// <summary>Merges a patch into an object (RFC 7386): null removes a field, a list replaces the old one.</summary>
    public Task<JsonObject> PatchAsync(ResourceKind kind, NamespacedName key, JsonObject patch, CancellationToken cancellation) =>
        PatchAsync(KubePath.Item(kind, key), $"Patching {kind} {key}", patch, "application/merge-patch+json", cancellation);

    /// <summary>Merges a patch into an object's status; what it says of other fields is ignored by the API server.</summary>
    public Task<JsonObject> PatchStatusAsync(ResourceKind kind, NamespacedName key, JsonObject patch, CancellationToken cancellation) =>
        PatchAsync(KubePath.Item(kind, key, "status"), $"Patching the status of {kind} {key}", patch, "application/merge-patch+json", cancellation);

    /// <summary>Asks for an object's deletion. False when it was not there; true does not mean that it is gone, finalizers may hold it.</summary>
    public async Task<bool> DeleteAsync(ResourceKind kind, NamespacedName key, DeleteOptions how, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, KubePath.Item(kind, key), $"Deleting {kind} {key}", how.ToJson(), cancellation);
            return true;
        }
        catch (KubeException error) when (error.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Opens a container's log. The caller disposes the stream; it never holds more than the query's bytes.</summary>
    public async Task<Stream> OpenLogAsync(NamespacedName pod, PodLogQuery query, CancellationToken cancellation)
    {
        var path = KubePath.Query(
            KubePath.Item(KnownKinds.Pod, pod, "log"),
            ("container", query.Container),
            ("limitBytes", query.MaxBytes.ToString(CultureInfo.InvariantCulture)),
            ("follow", query.Follow ? "true" : null),
            ("previous", query.Previous ? "true" : null),
            ("tailLines", query.TailLines?.ToString(CultureInfo.InvariantCulture)));
        var request = new KubeRequest(HttpMethod.Get, path, $"Reading the log of {pod}, container {query.Container}") { Accept = "*/*" };
        var response = await transport.OpenAsync(request, cancellation);
        return new PodLogStream(response, await response.Content.ReadAsStreamAsync(cancellation), query.MaxBytes);
    }

    /// <summary>Asks whether this client's identity may do something.</summary>
    public async Task<bool> IsAllowedAsync(AccessQuery query, CancellationToken cancellation)
    {
        var attributes = new JsonObject { ["verb"] = query.Verb, ["group"] = query.Kind.Group, ["resource"] = query.Kind.Plural };
        if (query.Namespace is not null) attributes["namespace"] = query.Namespace;
        if (query.Subresource is not null) attributes["subresource"] = query.Subresource;
        if (query.Name is not null) attributes["name"] = query.Name;
        var kind = KnownKinds.SelfSubjectAccessReview;
        var review = new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["spec"] = new JsonObject { ["resourceAttributes"] = attributes },
        };
        var doing = $"Asking whether {query.Verb} {query.Kind} is allowed";
        var answer = await SendAsync(HttpMethod.Post, KubePath.Collection(kind, null), doing, review, cancellation);
        return answer.At("status", "allowed")?.GetValueKind() is JsonValueKind.True;
    }

    Task<JsonObject> PatchAsync(string path, string doing, JsonObject patch, string contentType, CancellationToken cancellation) =>
        transport.SendAsync(new KubeRequest(HttpMethod.Patch, path, doing) { Body = patch, ContentType = contentType }, cancellation);

    Task<JsonObject> SendAsync(HttpMethod method, string path, string doing, JsonObject? body, CancellationToken cancellation) =>
        transport.SendAsync(new KubeRequest(method, path, doing) { Body = body }, cancellation);
}
