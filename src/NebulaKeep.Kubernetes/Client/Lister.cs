using System.Globalization;
using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Client;

/// <summary>Reads a list page by page. Each object is cut out of its page's text, so that keeping one does not keep the page.</summary>
sealed class Lister(KubeTransport transport, KubeClientOptions options)
{
    readonly List<JsonObject> items = [];

    public async Task<ObjectList> ListAsync(ResourceKind kind, Selection selection, CancellationToken cancellation)
    {
        string? next = null;
        string version;
        do
        {
            var metadata = await ReadPageAsync(kind, selection, next, cancellation);
            version = metadata.Text("resourceVersion") ?? "";
            next = metadata.Text("continue");
        }
        while (!string.IsNullOrEmpty(next));
        return new ObjectList(items, version);
    }

    async Task<JsonObject> ReadPageAsync(ResourceKind kind, Selection selection, string? next, CancellationToken cancellation)
    {
        var path = KubePath.Query(
            KubePath.Collection(kind, selection.Namespace),
            ("limit", options.PageSize.ToString(CultureInfo.InvariantCulture)),
            ("continue", next),
            ("labelSelector", selection.Labels),
            ("fieldSelector", selection.Fields));
        var page = await transport.SendAsync(new KubeRequest(HttpMethod.Get, path, $"Listing {kind}"), cancellation);
        foreach (var item in page.Items("items"))
        {
            if (items.Count == options.MaxListItems) throw new KubeException($"Listing {kind}: more than {options.MaxListItems} objects", false);
            // Items of Kubernetes' own lists come without their kind.
            item["apiVersion"] ??= kind.ApiVersion;
            item["kind"] ??= kind.Kind;
            items.Add(KubeJson.Compact(item));
        }
        return page["metadata"] as JsonObject ?? throw new KubeException($"Listing {kind}: the answer has no metadata", false);
    }
}
