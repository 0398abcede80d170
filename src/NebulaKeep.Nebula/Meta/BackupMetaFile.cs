using System.Buffers.Binary;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Nebula.Meta;

/// <summary>
/// The <c>&lt;name&gt;.meta</c> file of a backup, as nebula-br writes and reads it (spec/backup-flow.md §6): a big-endian length of four
/// bytes, then a bare BackupMeta in the binary protocol. nebula-br reads no file above <see cref="LargestForNebulaBr"/>.
/// </summary>
public static class BackupMetaFile
{
    /// <summary>Frame limit of nebula-br's Go library in bytes, without the length.</summary>
    public const int LargestForNebulaBr = 16_384_000;

    const int LengthBytes = 4;

    /// <summary>The whole file.</summary>
    public static byte[] Write(BackupMeta meta)
    {
        var body = new BinaryProtocolWriter();
        meta.Write(body);
        var file = new byte[LengthBytes + body.Written.Length];
        BinaryPrimitives.WriteInt32BigEndian(file, body.Written.Length);
        body.Written.CopyTo(file.AsMemory(LengthBytes));
        return file;
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ThriftProtocolException">It is cut, has bytes behind its end, or is no BackupMeta.</exception>
    public static BackupMeta Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < LengthBytes || BinaryPrimitives.ReadUInt32BigEndian(file.Span) != file.Length - LengthBytes)
            throw new ThriftProtocolException($"a .meta file of {file.Length} bytes whose first four do not give the length of the rest");
        var reader = new BinaryProtocolReader(file[LengthBytes..], ThriftLimits.Client);
        var meta = BackupMeta.Read(reader);
        return reader.Remaining == 0 ? meta : throw reader.Malformed($"{reader.Remaining} bytes behind the end of BackupMeta");
    }
}
