using System.Text.Json;
using NebulaKeep.Core;

namespace NebulaKeep.Agent.Pull;

/// <summary>
/// What is known of a volume: a small file beside the data. It is there before the first fetched file, so that what lies there is known to
/// be of this restore, and says in the end that all is there.
/// </summary>
/// <param name="Restore">Identifies the restore.</param>
/// <param name="Backup">The backup.</param>
/// <param name="IsDone">Everything has been fetched; from then on the daemon owns the data.</param>
sealed record PullMark(string Restore, string Backup, bool IsDone)
{
    /// <summary>Below the first data path.</summary>
    public const string FileName = "nebulakeep-restore.json";

    const int MostBytes = 4096;

    /// <summary>The mark of a data path, or null.</summary>
    /// <exception cref="NebulaKeepException">There is one that says nothing.</exception>
    public static PullMark? Read(string dataPath)
    {
        var path = $"{dataPath}/{FileName}";
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length is > 0 and <= MostBytes && JsonSerializer.Deserialize<PullMark>(File.ReadAllText(path)) is { Restore: not null, Backup: not null } mark) return mark;
        }
        catch (JsonException)
        {
            // Said below, as of one that is empty.
        }
        throw new NebulaKeepException($"{path} is no mark of a restore.");
    }

    /// <summary>Writes it whole, or not at all.</summary>
    public void Write(string dataPath)
    {
        var (path, part) = ($"{dataPath}/{FileName}", $"{dataPath}/{FileName}.part");
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
        Files.Posix.FlushDirectory(dataPath);
    }
}
