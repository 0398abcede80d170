using System.Buffers.Binary;
using NebulaKeep.DevCluster.Storage.Catalog;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Storage.Service;

/// <summary>Vertex ids on the wire: requests carry all of them as strings, INT64 ones as eight bytes; answers carry numbers (spec/graph-service.md §9).</summary>
static class Vids
{
    /// <exception cref="CodedException">Not a vid of this space.</exception>
    public static byte[] FromWire(SpaceInfo space, Value value)
    {
        var vid = value.SVal;
        if (vid is null || (space.HasIntegerVids && vid.Length != sizeof(long)) || vid.Length > space.VidLength)
            throw new CodedException(ErrorCode.E_INVALID_VID, $"Space {space.Id} takes no such vertex id");
        return vid;
    }

    /// <summary>From the padded bytes of a key.</summary>
    public static Value ToWire(SpaceInfo space, ReadOnlySpan<byte> padded)
    {
        if (space.HasIntegerVids) return Value.Of(BinaryPrimitives.ReadInt64LittleEndian(padded));
        var end = padded.IndexOf((byte)0);
        return Value.Of(padded[..(end < 0 ? padded.Length : end)].ToArray());
    }
}
