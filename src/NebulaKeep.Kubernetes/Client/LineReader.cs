namespace NebulaKeep.Kubernetes.Client;

/// <summary>Cuts a stream into lines of at most a given length. What follows the last newline was cut off and is dropped.</summary>
sealed class LineReader(Stream stream, int limit, string doing)
{
    byte[] buffer = new byte[16 << 10];
    int start;
    int end;

    /// <summary>The next line without its newline, valid until the next call; null at the end.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellation)
    {
        for (var searched = start; ;)
        {
            var newline = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (newline >= 0) return Take(searched + newline);
            MakeRoom();
            searched = end;
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0) return null;
            end += read;
        }
    }

    ReadOnlyMemory<byte> Take(int newline)
    {
        var line = buffer.AsMemory(start, newline - start);
        start = newline + 1;
        return line;
    }

    void MakeRoom()
    {
        var held = end - start;
        if (held >= limit) throw new KubeException($"{doing}: an event is larger than {limit} bytes", false);
        if (end < buffer.Length) return;
        // Half of the buffer at least is free afterwards, so bytes are moved a constant number of times on average.
        var target = held > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        Buffer.BlockCopy(buffer, start, target, 0, held);
        (buffer, start, end) = (target, 0, held);
    }
}
