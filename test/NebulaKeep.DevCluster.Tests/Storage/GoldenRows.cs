using NebulaKeep.DevCluster.Codec;
using NebulaKeep.RocksDb;

namespace NebulaKeep.DevCluster.Tests.Storage;

/// <summary>Rows of a golden backup by tag or edge and key, decoded. Edges count once, by their out-edge; in-edges are checked against them.</summary>
sealed class GoldenRows(int space)
{
    public Dictionary<(int Tag, string Vid), Cell[]> Vertices { get; } = [];

    public Dictionary<(int Type, string Source, long Rank, string Destination), Cell[]> OutEdges { get; } = [];

    public Dictionary<(int Type, string Source, long Rank, string Destination), Cell[]> InEdges { get; } = [];

    /// <summary>Stored rows, for encoding them again.</summary>
    public List<(RowSchema Schema, byte[] Row)> Raw { get; } = [];

    public int CountOf(int tag) => Vertices.Keys.Count(key => key.Tag == tag);

    public Cell[]? Vertex(int tag, string vid) => Vertices.GetValueOrDefault((tag, vid));

    public void Read(RocksDatabase engine)
    {
        var length = GoldenBackup.VidLength(space);
        using var cursor = engine.ScanPrefix([]);
        while (cursor.MoveNext())
            if (StorageKeys.TryParseTag(cursor.Key, length, out var tag))
                Vertices[(tag.TagId, Vid(tag.PaddedVid))] = Decode(tag.TagId, cursor.Value);
            else if (StorageKeys.TryParseEdge(cursor.Key, length, out var edge) && edge.EdgeType > 0)
                OutEdges[(edge.EdgeType, Vid(edge.PaddedSource), edge.Rank, Vid(edge.PaddedDestination))] = Decode(edge.EdgeType, cursor.Value);
            else if (StorageKeys.TryParseEdge(cursor.Key, length, out edge))
                InEdges[(-edge.EdgeType, Vid(edge.PaddedDestination), edge.Rank, Vid(edge.PaddedSource))] = Decode(-edge.EdgeType, cursor.Value);
    }

    Cell[] Decode(int id, ReadOnlySpan<byte> row)
    {
        var schema = GoldenBackup.Schemas[(space, id)];
        Raw.Add((schema, row.ToArray()));
        return RowCodec.Decode(schema, row);
    }

    string Vid(byte[] padded) => space == GoldenBackup.SpaceB
        ? BitConverter.ToInt64(padded).ToString("D")
        : System.Text.Encoding.UTF8.GetString(padded).TrimEnd('\0');
}
