using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>
/// One watch request. The API server is asked to end it after a while; a connection on which nothing has come for longer than that is
/// dead, even if it looks open (a half-closed socket, a proxy that forgot us).
/// </summary>
sealed class Watcher(KubeTransport transport, KubeClientOptions options, TimeProvider time)
{
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceKind kind, Selection selection, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var doing = $"Watching {kind}";
        using var stall = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stall.Token);
        Task<T> Bounded<T>(Func<CancellationToken, Task<T>> read) => WithinAsync(stall, doing, read, either.Token, cancellation);

        var request = new KubeRequest(HttpMethod.Get, Path(kind, selection, resourceVersion), doing);
        using var response = await Bounded(token => transport.OpenAsync(request, token));
        await using var stream = await Bounded(token => response.Content.ReadAsStreamAsync(token));
        var lines = new LineReader(stream, options.MaxEventBytes, doing);
        while (await Bounded(lines.ReadAsync) is { } line)
            yield return Read(KubeJson.ParseObject(line.Span, doing), kind, doing);
    }

    string Path(ResourceKind kind, Selection selection, string resourceVersion) => KubePath.Query(
        KubePath.Collection(kind, selection.Namespace),
        ("watch", "true"),
        ("allowWatchBookmarks", "true"),
        ("resourceVersion", resourceVersion),
        ("timeoutSeconds", Math.Ceiling(options.WatchTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("labelSelector", selection.Labels),
        ("fieldSelector", selection.Fields));

    async Task<T> WithinAsync<T>(
        CancellationTokenSource stall, string doing, Func<CancellationToken, Task<T>> read, CancellationToken either, CancellationToken cancellation)
    {
        stall.CancelAfter(options.WatchTimeout + options.WatchGrace);
        try
        {
            return await read(either);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new KubeException($"{doing}: nothing came for {options.WatchTimeout + options.WatchGrace}, the connection is dead", true, error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new KubeException($"{doing}: the connection broke: {error.GetBaseException().Message}", true, error);
        }
        finally
        {
            // The consumer's own time does not count.
            stall.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    static WatchEvent Read(JsonObject line, ResourceKind kind, string doing)
    {
        if (line["object"] is not JsonObject item) throw new KubeException($"{doing}: an event without an object", false);
        var type = line.Text("type") switch
        {
            "ADDED" => WatchEventType.Added,
            "MODIFIED" => WatchEventType.Modified,
            "DELETED" => WatchEventType.Deleted,
            "BOOKMARK" => WatchEventType.Bookmark,
            "ERROR" => throw Error(item, doing),
            var other => throw new KubeException($"{doing}: an event of the unknown type '{other}'", false),
        };
        line.Remove("object");
        item["apiVersion"] ??= kind.ApiVersion;
        item["kind"] ??= kind.Kind;
        return new WatchEvent(type, KubeJson.Strip(item));
    }

    static KubeException Error(JsonObject status, string doing)
    {
        var code = status["code"] is JsonValue value && value.TryGetValue(out int number) ? number : 500;
        return new KubeException(doing, (System.Net.HttpStatusCode)code, status, null);
    }
}
