using System.Buffers.Binary;

namespace NebulaKeep.Nebula.Wal;

/// <summary>Reads one log file from its start. A cut or damaged end is not an error: reading stops before it.</summary>
public static class WalFileReader
{
    const int BufferLength = 1 << 16;

    /// <summary>All whole entries whose ids follow each other, in order.</summary>
    public static IEnumerable<LogEntry> ReadEntries(string path)
    {
        using var file = Open(path);
        long expected = 0;
        while (ReadNext(file, withMessage: true) is { } entry && (expected == 0 || entry.Id == expected))
        {
            expected = entry.Id + 1;
            yield return entry;
        }
    }

    /// <summary>What the file holds, without its messages.</summary>
    public static WalFileInfo Scan(string path)
    {
        using var file = Open(path);
        return Scan(file, path);
    }

    /// <summary>The same for an open file or its content.</summary>
    /// <param name="file">From its start; read, not disposed.</param>
    /// <param name="path">Its name says which entry comes first.</param>
    public static WalFileInfo Scan(Stream file, string path)
    {
        var info = new WalFileInfo(path, FirstId: 0, FirstTerm: 0, LastId: 0, LastTerm: 0, ValidLength: 0, file.Length);
        while (ReadNext(file, withMessage: false) is { } entry && (info.LastId == 0 || entry.Id == info.LastId + 1))
            info = info with
            {
                FirstId = info.FirstId == 0 ? entry.Id : info.FirstId,
                FirstTerm = info.FirstId == 0 ? entry.Term : info.FirstTerm,
                LastId = entry.Id,
                LastTerm = entry.Term,
                ValidLength = file.Position,
            };
        return info;
    }

    static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferLength, FileOptions.SequentialScan);

    static LogEntry? ReadNext(Stream file, bool withMessage)
    {
        Span<byte> header = stackalloc byte[WalFormat.HeaderLength];
        var available = file.Length - file.Position;
        if (available < WalFormat.Overhead || file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) return null;
        if (WalFormat.ReadHeader(header, available) is not { } entry) return null;
        var message = withMessage ? new byte[entry.Length] : [];
        if (withMessage) file.ReadExactly(message);
        else file.Seek(entry.Length, SeekOrigin.Current);
        return ReadTrailer(file) == entry.Length ? new LogEntry(entry.Id, entry.Term, message) : null;
    }

    static int ReadTrailer(Stream file)
    {
        Span<byte> trailer = stackalloc byte[WalFormat.TrailerLength];
        file.ReadExactly(trailer);
        return BinaryPrimitives.ReadInt32LittleEndian(trailer);
    }
}
