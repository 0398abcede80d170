using System.Globalization;
using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Sharing;
using NebulaKeep.Core;
using NebulaKeep.Rpc.AgentV1;
using LogRange = NebulaKeep.Nebula.Wal.LogRange;

namespace NebulaKeep.Backup.Backups;

/// <summary>Checks what one agent says it sent, or kept, against what it was asked to send.</summary>
sealed class AgentResults(BackupName name, AgentUpload upload, KnownFiles known)
{
    readonly HashSet<string> keys = new(StringComparer.Ordinal);
    readonly ILookup<string, UploadSource> sources = upload.Sources.ToLookup(s => s.Directory, StringComparer.Ordinal);

    /// <summary>Files accepted so far.</summary>
    public long Files => keys.Count;

    /// <summary>Their bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes one result.</summary>
    /// <exception cref="NebulaKeepException">It is for a file that was not asked for, or comes twice, or lacks its digest.</exception>
    public ManifestFile Accept(FileResult result)
    {
        var source = sources[result.Directory].FirstOrDefault(s => $"{s.KeyPrefix}/{result.Path}" == result.Key)
            ?? throw Wrong($"reported '{result.Key}', which it was not asked to send");
        if (source.OnlyRequired && !source.Required.Contains(result.Path)) throw Wrong($"sent '{result.Path}', which it was not asked to send");
        if (!keys.Add(result.Key)) throw Wrong($"reported '{result.Key}' twice");
        var file = result.Kept ? Kept(result) : Sent(result);
        ManifestRules.CheckFile(file, name, [file.In ?? ""]);
        Bytes += file.Size;
        return file;
    }

    /// <summary>Sees that no source was missed or cut short.</summary>
    public void CheckWhole()
    {
        foreach (var source in upload.Sources)
            foreach (var file in source.Required)
                if (!keys.Contains($"{source.KeyPrefix}/{file}"))
                    throw Wrong($"sent nothing for {source.Directory}/{file}: the checkpoint is not whole on that host");
    }

    ManifestFile Sent(FileResult result) => new()
    {
        Path = PathOf(result),
        Size = result.Size,
        Sha256 = Convert.ToHexStringLower(result.Sha256.Span),
        Crc32C = result.Crc32C.ToString("x8", CultureInfo.InvariantCulture),
        Inode = result.Inode,
        MtimeNanos = result.MtimeNanos,
        Log = result.Log is { } log ? new LogRange(log.First, log.FirstTerm, log.Last, log.LastTerm) : null,
    };

    ManifestFile Kept(FileResult result)
    {
        var file = known.Find(PathOf(result), result.Size, Convert.ToHexStringLower(result.Sha256.Span))
            ?? throw Wrong($"kept '{result.Key}', and no backup is known to hold those bytes");
        return file with { Inode = result.Inode, MtimeNanos = result.MtimeNanos };
    }

    string PathOf(FileResult result) => result.Key[BackupLayout.Prefix(name).Length..];

    NebulaKeepException Wrong(string what) => new($"Agent {upload.Agent} {what}.");
}
