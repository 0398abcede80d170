using NebulaKeep.DevCluster.Clients;
using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Meta.Jobs;

/// <summary>
/// Counts a space for SHOW STATS: vertices by tag, distinct vertices that have a known tag, out-edges by type (spec/graph-service.md §7).
/// The figures per pair of partitions that the real job adds are left empty.
/// </summary>
static class StatsCount
{
    public static async Task<StatsItem> RunAsync(MetaContext context, SpaceScan scan, int space, CancellationToken cancellationToken)
    {
        var partitions = context.Spaces.Desc(space).PartitionNum;
        var (tags, edges) = (Newest(context.Tags, space), Newest(context.Edges, space));
        var tagCounts = new long[tags.Count];
        var edgeCounts = new long[edges.Count];
        long vertices = 0;
        if (tags.Count > 0)
        {
            await foreach (var page in scan.VerticesAsync(space, partitions, [.. tags.Select(t => new VertexProp { Tag = t.Id, Props = ["_tag"] })], cancellationToken))
            {
                vertices += page.Rows.Count;
                CountColumns(page, firstColumn: 1, tagCounts);
            }
        }

        if (edges.Count > 0)
        {
            await foreach (var page in scan.EdgesAsync(space, partitions, [.. edges.Select(e => new EdgeProp { Type = e.Id, Props = ["_type"] })], cancellationToken))
                CountColumns(page, firstColumn: 0, edgeCounts);
        }

        return new StatsItem
        {
            TagVertices = Named(tags, tagCounts),
            Edges = Named(edges, edgeCounts),
            SpaceVertices = vertices,
            SpaceEdges = edgeCounts.Sum(),
            Status = JobStatus.FINISHED,
        };
    }

    static List<SchemaVersion> Newest(SchemaRecords records, int space) => [.. records.All(space).GroupBy(v => v.Id).Select(g => g.Last())];

    static void CountColumns(DataSet page, int firstColumn, long[] counts)
    {
        foreach (var row in page.Rows)
        {
            for (var i = 0; i < counts.Length; i++)
                if (row.Values[firstColumn + i].Field != ValueField.None) counts[i]++;
        }
    }

    static Dictionary<string, long> Named(List<SchemaVersion> schemas, long[] counts) =>
        schemas.Select((s, i) => (s.Name, Count: counts[i])).ToDictionary(s => s.Name, s => s.Count, StringComparer.Ordinal);
}
