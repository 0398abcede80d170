namespace NebulaKeep.ObjectStore.Streams;

/// <summary>What a stream reads, and how patient it is.</summary>
/// <param name="Key">The object.</param>
/// <param name="Location">The store's root, for messages.</param>
/// <param name="Server">The server, for messages.</param>
/// <param name="Retries">Tries in a row that bring nothing, after the first.</param>
/// <param name="Silence">The longest silence.</param>
/// <param name="Clock">Measures it.</param>
sealed record ReadPlan(string Key, string Location, string Server, int Retries, TimeSpan Silence, TimeProvider Clock)
{
    /// <summary>The part that an answer holds, checked against what was asked: a server may answer with a shorter part, or with the whole object.</summary>
    /// <param name="asked">Null: the whole object.</param>
    /// <param name="isPart">The answer says that it is a part.</param>
    /// <param name="length">Of the answer's body; null where it does not say.</param>
    /// <exception cref="ObjectStoreException">It is not what was asked for.</exception>
    public ByteRange PartOf(ByteRange? asked, bool isPart, long? length)
    {
        if (asked is not { } part)
            return length is { } all ? new ByteRange(0, all) : throw new ObjectStoreException(StoreFailure.Other, $"{Server} does not say how long '{Key}' in {Location} is: it cannot be used.");
        if (isPart && length == part.Length) return part;
        if (isPart && length < part.Length) throw Failures.OutsideObject(Location, Key, part, part.Offset + length.Value);
        throw new ObjectStoreException(StoreFailure.Other, $"{Server} does not answer the range that was asked of '{Key}' in {Location}: it cannot be used.");
    }

    /// <summary>The object was written again between two requests.</summary>
    public ObjectStoreException Replaced() =>
        new(StoreFailure.ChecksumMismatch, $"The object '{Key}' in {Location} was replaced while it was read: read it again from the start.");
}
