using System.Security.Cryptography;
using System.Text;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Graph;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Workload;

/// <summary>Reads whole spaces from the leaders of their partitions, as metad names them; works with real daemons as well.</summary>
public sealed class GraphReader : IAsyncDisposable
{
    readonly ThriftPool pool;
    readonly GraphMeta meta;
    readonly SpaceScan scan;

    /// <summary>Nothing is opened yet.</summary>
    public GraphReader(IReadOnlyList<HostAddress> metads, ThriftClientOptions options)
    {
        pool = new ThriftPool(options);
        meta = new GraphMeta(new MetaCaller(pool, metads, options.Clock));
        scan = new SpaceScan(new StorageRouter(pool, meta, options.Clock));
    }

    /// <summary>Names of all spaces, in order.</summary>
    /// <exception cref="NebulaKeepException">No metad answers.</exception>
    public async Task<IReadOnlyList<string>> SpacesAsync(CancellationToken cancellationToken)
    {
        var response = await meta.CallAsync(MetaService.ListSpaces, ListSpacesReq.Empty, cancellationToken);
        return [.. response.Spaces.Select(space => space.Name).Order(StringComparer.Ordinal)];
    }

    /// <summary>Reads every vertex and edge of a space.</summary>
    /// <exception cref="NebulaKeepException">There is no such space, or a partition cannot be read.</exception>
    public async Task<SpaceDigest> DigestAsync(string name, CancellationToken cancellationToken)
    {
        var space = await meta.SpaceAsync(name, cancellationToken);
        var (vertices, edges) = (new RowDigest(), new RowDigest());
        foreach (var tag in (await meta.TagsAsync(space.Id, cancellationToken)).Values)
        {
            await AddAsync(vertices, tag.Name, scan.VerticesAsync(space.Id, space.Partitions, [Columns(tag)], cancellationToken));
        }

        foreach (var edge in (await meta.EdgesAsync(space.Id, cancellationToken)).Values)
        {
            var columns = new EdgeProp { Type = edge.Id, Props = ["_src", "_rank", "_dst", .. edge.Columns.Select(c => c.Name)] };
            await AddAsync(edges, edge.Name, scan.EdgesAsync(space.Id, space.Partitions, [columns], cancellationToken));
        }

        return new SpaceDigest(name, vertices.Count, edges.Count, Checksum(vertices, edges));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => pool.DisposeAsync();

    static string Checksum(RowDigest vertices, RowDigest edges) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{vertices}{edges}")));

    static VertexProp Columns(SchemaInfo tag) => new() { Tag = tag.Id, Props = [.. tag.Columns.Select(column => column.Name)] };

    // Each value with its length, so that no two rows have the same text.
    static string Text(string schema, Row row) =>
        string.Concat(row.Values.Select(ValueText.Of).Prepend(schema).Select(text => $"{text.Length}:{text}"));

    static async Task AddAsync(RowDigest digest, string schema, IAsyncEnumerable<DataSet> pages)
    {
        await foreach (var page in pages)
            foreach (var row in page.Rows) digest.Add(Text(schema, row));
    }
}
