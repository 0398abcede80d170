namespace NebulaKeep.ObjectStore;

/// <summary>A part of an object.</summary>
/// <param name="Offset">First byte, from 0.</param>
/// <param name="Length">Bytes, at least 1; the part must lie inside the object.</param>
public readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>Whether the part lies inside an object of this size.</summary>
    public bool IsInside(long size) => Offset >= 0 && Length >= 1 && Offset <= size - Length;
}
