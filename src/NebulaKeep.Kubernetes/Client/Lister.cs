using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>
/// Reads a list page by page. Each object is read by itself, so that keeping one does not keep the page. Of all listers that share
/// <paramref name="turns"/> one at a time has a page, until its reader asks for the next.
/// </summary>
sealed class Lister(KubeTransport transport, KubeClientOptions options, SemaphoreSlim? turns = null)
{
    int count;

    /// <summary>All pages, each with the version of the whole list. A version that is forgotten midway ends it (<see cref="KubeException.IsExpired"/>).</summary>
    public async IAsyncEnumerable<ObjectList> PagesAsync(ResourceKind kind, Selection selection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            if (turns is not null) await turns.WaitAsync(cancellation);
            try
            {
                var page = await ReadPageAsync(kind, selection, next, cancellation);
                next = page.Next;
                yield return page.List;
            }
            finally
            {
                turns?.Release();
            }
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>All pages as one.</summary>
    public async Task<ObjectList> ListAsync(ResourceKind kind, Selection selection, CancellationToken cancellation)
    {
        var (items, version) = (new List<JsonObject>(), "");
        await foreach (var page in PagesAsync(kind, selection, cancellation))
        {
            items.AddRange(page.Items);
            version = page.ResourceVersion;
        }
        return new ObjectList(items, version);
    }

    async Task<(ObjectList List, string? Next)> ReadPageAsync(ResourceKind kind, Selection selection, string? next, CancellationToken cancellation)
    {
        var (path, doing) = (Path(kind, selection, next), $"Listing {kind}");
        var (items, metadata) = await transport.SendAsync(new KubeRequest(HttpMethod.Get, path, doing), body => KubeJson.ParsePage(body.Span, doing), cancellation);
        if (metadata is null) throw new KubeException($"{doing}: the answer has no metadata", false);
        if ((count += items.Count) > options.MaxListItems) throw new KubeException($"{doing}: more than {options.MaxListItems} objects", false);
        foreach (var item in items) Complete(item, kind);
        return (new ObjectList(items, metadata.Text("resourceVersion") ?? ""), metadata.Text("continue"));
    }

    string Path(ResourceKind kind, Selection selection, string? next) => KubePath.Query(
        KubePath.Collection(kind, selection.Namespace),
        ("limit", options.PageSize.ToString(CultureInfo.InvariantCulture)),
        ("continue", next),
        ("labelSelector", selection.Labels),
        ("fieldSelector", selection.Fields));

    /// <summary>Items of Kubernetes' own lists come without their kind.</summary>
    static void Complete(JsonObject item, ResourceKind kind)
    {
        item["apiVersion"] ??= kind.ApiVersion;
        item["kind"] ??= kind.Kind;
        KubeJson.Strip(item);
    }
}
