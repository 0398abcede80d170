using System.Globalization;
using System.Text;
using NebulaKeep.RocksDb.Native;

namespace NebulaKeep.RocksDb;

/// <summary>How blocks of SST files are compressed. Files tell their own compression: any database reads all of them.</summary>
public enum RocksCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Snappy: what metad's exported tables use (observed with NebulaGraph 3.8.0).</summary>
    Snappy,

    /// <summary>LZ4: what storaged uses (observed with NebulaGraph 3.8.0).</summary>
    Lz4,
}

/// <summary>
/// The few options of a database that matter here; the rest keep RocksDB's defaults, as the servers' do
/// (observed OPTIONS file of storaged 3.8.0).
/// </summary>
public sealed record RocksOptions
{
    const int FilesOpenInVerification = 256;

    /// <summary>
    /// For <see cref="RocksDatabase.VerifyChecksums"/>: nothing is skipped, damage in RocksDB's own log is an error and not its end, and
    /// memory does not grow with the database.
    /// </summary>
    public static RocksOptions ForVerification { get; } = new() { CreateIfMissing = false, IsStrict = true };

    /// <summary>Compression of new SST files. Default LZ4.</summary>
    public RocksCompression Compression { get; init; } = RocksCompression.Lz4;

    /// <summary>Length in bytes of the capped key prefix that the bloom filters cover; null: no prefix extractor, filters on whole keys.</summary>
    public int? PrefixLength { get; init; }

    /// <summary>Bits per key in the bloom filter; 0: no filter. Default 10.</summary>
    public int BloomBitsPerKey { get; init; } = 10;

    /// <summary>Uncompressed size of a block in an SST file, in bytes. Default 8192.</summary>
    public int BlockSize { get; init; } = 8192;

    /// <summary>Size at which a memtable is written out, in bytes. Default 64 MiB.</summary>
    public long WriteBufferSize { get; init; } = 64L << 20;

    /// <summary>Whether opening makes a database that does not exist. Default true.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>See <see cref="ForVerification"/>.</summary>
    internal bool IsStrict { get; init; }

    /// <summary>What RocksDB's own option parser takes.</summary>
    internal string ToOptionText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"compression={CompressionName};write_buffer_size={WriteBufferSize};");
        text.Append("keep_log_file_num=4;max_log_file_size=1048576;stats_dump_period_sec=0;");
        if (IsStrict) text.Append(CultureInfo.InvariantCulture, $"wal_recovery_mode=kTolerateCorruptedTailRecords;max_sequential_skip_in_iterations={long.MaxValue};max_open_files={FilesOpenInVerification};");
        if (PrefixLength is { } prefix) text.Append(CultureInfo.InvariantCulture, $"prefix_extractor=rocksdb.CappedPrefix.{prefix};");
        text.Append(CultureInfo.InvariantCulture, $"block_based_table_factory={{block_size={BlockSize};{FilterText}}};");
        return text.ToString();
    }

    internal OptionsHandle ToHandle()
    {
        var result = NativeMethods.rocksdb_options_create();
        using var basis = NativeMethods.rocksdb_options_create();
        nint error = 0;
        NativeMethods.rocksdb_get_options_from_string(basis, ToOptionText(), result, ref error);
        NativeError.Check(error, "Setting options", ToOptionText());
        NativeMethods.rocksdb_options_set_create_if_missing(result, CreateIfMissing ? (byte)1 : (byte)0);
        return result;
    }

    string FilterText => BloomBitsPerKey == 0
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture,
            $"filter_policy=bloomfilter:{BloomBitsPerKey}:false;whole_key_filtering={(PrefixLength is null ? "true" : "false")};");

    string CompressionName => Compression switch
    {
        RocksCompression.Snappy => "kSnappyCompression",
        RocksCompression.Lz4 => "kLZ4Compression",
        _ => "kNoCompression",
    };
}
