namespace NebulaKeep.ObjectStore.Network;

/// <summary>Reads bodies into memory, but never more than was allowed.</summary>
static class BoundedContent
{
    /// <summary>The whole body.</summary>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var body = await ReadUpToAsync(content, maxBytes + 1, cancellationToken);
        return body.Length <= maxBytes ? body : throw new InvalidDataException($"the answer is longer than {maxBytes} bytes");
    }

    /// <summary>The beginning of the body.</summary>
    public static async Task<byte[]> ReadUpToAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        using var copy = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int count; copy.Length < maxBytes && (count = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, maxBytes - copy.Length)), cancellationToken)) > 0;)
            copy.Write(buffer, 0, count);
        return copy.ToArray();
    }
}
