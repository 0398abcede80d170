using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.DevCluster.Storage.Engine;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Storage;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>Rows of answers: one for a vertex with its tags, or for an edge.</summary>
static class Projections
{
    /// <summary>First column of answers about vertices.</summary>
    public const string VidColumn = "_vid";

    static readonly HashSet<string> TagPseudo = new(StringComparer.Ordinal) { VidColumn, "_tag" };
    static readonly HashSet<string> EdgePseudo = new(StringComparer.Ordinal) { "_src", "_type", "_rank", "_dst" };

    /// <exception cref="CodedException">An unknown tag or property.</exception>
    public static List<Projection> OfTags(SpaceInfo space, IReadOnlyList<VertexProp> wanted) => [.. wanted.Select(want =>
        space.Tags.TryGetValue(want.Tag, out var history)
            ? new Projection(want.Tag, history, want.Props, TagPseudo, ErrorCode.E_TAG_PROP_NOT_FOUND)
            : throw new CodedException(ErrorCode.E_TAG_NOT_FOUND, $"Space {space.Id} has no tag {want.Tag}"))];

    /// <exception cref="CodedException">An unknown edge type or property.</exception>
    public static List<Projection> OfEdges(SpaceInfo space, IReadOnlyList<EdgeProp> wanted) => [.. wanted.Select(want =>
        space.Edges.TryGetValue(Math.Abs(want.Type), out var history)
            ? new Projection(want.Type, history, want.Props, EdgePseudo, ErrorCode.E_EDGE_PROP_NOT_FOUND)
            : throw new CodedException(ErrorCode.E_EDGE_NOT_FOUND, $"Space {space.Id} has no edge type {want.Type}"))];

    /// <summary>The row of a vertex; null if it has none of the tags.</summary>
    public static Row? Vertex(SpaceInfo space, SpaceEngine engine, int part, byte[] vid, IReadOnlyList<Projection> tags)
    {
        var shown = Vids.ToWire(space, Padded(vid, space.VidLength));
        var values = new List<Value> { shown };
        var found = false;
        foreach (var tag in tags)
        {
            var row = engine.Database.Get(StorageKeys.Tag(part, vid, space.VidLength, tag.Id));
            var read = row is null ? null : tag.Read(row, name => name switch { VidColumn => shown, "_tag" => Value.Of(tag.Id), _ => null });
            found |= read is not null;
            values.AddRange(read ?? tag.Nothing);
        }
        return found ? new Row { Values = values } : null;
    }

    /// <summary>The row of an edge: columns of other types stay empty.</summary>
    public static Row Edge(SpaceInfo space, ParsedEdgeKey key, ReadOnlySpan<byte> row, IReadOnlyList<Projection> edges)
    {
        var values = new List<Value>();
        foreach (var edge in edges)
            values.AddRange((edge.Id == key.EdgeType ? edge.Read(row, name => EdgePart(space, key, name)) : null) ?? edge.Nothing);
        return new Row { Values = values };
    }

    static Value? EdgePart(SpaceInfo space, ParsedEdgeKey key, string name) => name switch
    {
        "_src" => Vids.ToWire(space, key.PaddedSource),
        "_dst" => Vids.ToWire(space, key.PaddedDestination),
        "_type" => Value.Of(key.EdgeType),
        "_rank" => Value.Of(key.Rank),
        _ => null,
    };

    static byte[] Padded(byte[] vid, int length)
    {
        if (vid.Length == length) return vid;
        var padded = new byte[length];
        vid.CopyTo(padded, 0);
        return padded;
    }
}
