using System.Buffers.Binary;

namespace NebulaKeep.Nebula.Wal;

/// <summary>How an entry lies in a file (spec/cluster-layout.md §4.2): id, term, length, cluster id, message, length again.</summary>
public static class WalFormat
{
    /// <summary>Bytes before the message.</summary>
    public const int HeaderLength = 28;

    /// <summary>Bytes behind the message.</summary>
    public const int TrailerLength = 4;

    /// <summary>Bytes of an entry without message.</summary>
    public const int Overhead = HeaderLength + TrailerLength;

    /// <summary>Writes one entry to a place of its length.</summary>
    public static void Write(Span<byte> place, LogEntry entry)
    {
        var length = entry.Message.Length;
        BinaryPrimitives.WriteInt64LittleEndian(place, entry.Id);
        BinaryPrimitives.WriteInt64LittleEndian(place[8..], entry.Term);
        BinaryPrimitives.WriteInt32LittleEndian(place[16..], length);
        // The cluster id: 0 in every file of real servers.
        BinaryPrimitives.WriteInt64LittleEndian(place[20..], 0);
        entry.Message.Span.CopyTo(place[HeaderLength..]);
        BinaryPrimitives.WriteInt32LittleEndian(place[(HeaderLength + length)..], length);
    }

    /// <summary>Id, term and message length; null where the bytes cannot be an entry that fits into <paramref name="available"/> bytes.</summary>
    public static (long Id, long Term, int Length)? ReadHeader(ReadOnlySpan<byte> header, long available)
    {
        var id = BinaryPrimitives.ReadInt64LittleEndian(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        return id > 0 && length >= 0 && length <= available - Overhead
            ? (id, BinaryPrimitives.ReadInt64LittleEndian(header[8..]), length)
            : null;
    }

    /// <summary>Entries one after the other, as in a file.</summary>
    public static byte[] WriteAll(IReadOnlyList<LogEntry> entries)
    {
        var bytes = new byte[entries.Sum(entry => entry.FileLength)];
        var rest = bytes.AsSpan();
        foreach (var entry in entries)
        {
            Write(rest, entry);
            rest = rest[entry.FileLength..];
        }
        return bytes;
    }

    /// <summary>Undoes <see cref="WriteAll"/>; the messages are views of the same memory.</summary>
    /// <exception cref="WalException">The bytes are something else.</exception>
    public static List<LogEntry> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        var entries = new List<LogEntry>();
        while (bytes.Length > 0)
        {
            if (bytes.Length < Overhead || ReadHeader(bytes.Span, bytes.Length) is not { } header) throw new WalException("Log entries were sent broken");
            entries.Add(new LogEntry(header.Id, header.Term, bytes.Slice(HeaderLength, header.Length)));
            bytes = bytes[(Overhead + header.Length)..];
        }
        return entries;
    }
}
