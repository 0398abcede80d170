using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Manifests;

/// <summary>Lines of a stream, none longer than a limit: a damaged or hostile file cannot take memory.</summary>
sealed class BoundedLineReader(Stream source, int maxLine, string what)
{
    readonly byte[] buffer = new byte[maxLine + 1];
    int start;
    int end;

    /// <summary>The next line without its line feed, valid until the next call; null at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var feed = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (feed >= 0) return Take(feed, skip: 1);
            Compact();
            if (end == buffer.Length) throw new ManifestException($"{what} has a line of more than {maxLine} bytes: it is damaged.");
            var read = await FillAsync(cancellationToken);
            if (read == 0) return end == start ? null : throw new ManifestException($"{what} ends within a line: it is damaged.");
            end += read;
        }
    }

    async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer.AsMemory(end), cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new ManifestException($"{what} cannot be decompressed: it is damaged.", e);
        }
        catch (ObjectStoreException e) when (e.Failure == StoreFailure.ChecksumMismatch)
        {
            throw new ManifestException(e.Message, e);
        }
    }

    ReadOnlyMemory<byte> Take(int length, int skip)
    {
        var line = buffer.AsMemory(start, length);
        start += length + skip;
        return line;
    }

    void Compact()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (start, end) = (0, end - start);
    }
}
