using System.Buffers.Binary;
using NebulaKeep.DevCluster.Codec;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Values;

/// <summary>Vertex ids of one space: as requests to storaged carry them, and the partition they belong to (spec/graph-service.md §9).</summary>
sealed class VidCodec(SpaceInfo space, Evaluator evaluator)
{
    /// <summary>The id as bytes: text, or the eight bytes of an integer.</summary>
    /// <exception cref="StatementException">The value is of the other kind.</exception>
    public byte[] Encode(Expression expression)
    {
        var value = evaluator.Evaluate(expression);
        return (space.HasIntegerVids, value) switch
        {
            (true, { IVal: { } number }) => Encode(number),
            (false, { SVal: { } text }) => text,
            _ => throw StatementException.Execution($"Wrong vertex id type: {expression}"),
        };
    }

    public int PartitionOf(byte[] vid) => VidHash.PartitionOf(vid, space.Partitions);

    /// <summary>Groups items by the partition of their id.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<T>> ByPartition<T>(IEnumerable<T> items, Func<T, byte[]> vidOf) =>
        items.GroupBy(item => PartitionOf(vidOf(item))).ToDictionary(g => g.Key, g => (IReadOnlyList<T>)[.. g]);

    public static Value ToWire(byte[] vid) => Value.Of(vid);

    static byte[] Encode(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }
}
