using System.Diagnostics;
using System.Globalization;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>What tells a link from a copy.</summary>
sealed record FileFacts(long Inode)
{
    /// <summary>All files below a directory but those of checkpoints in it, by their paths from there.</summary>
    public static async Task<IReadOnlyDictionary<string, FileFacts>> OfAsync(string directory)
    {
        var files = Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path))
            .Where(path => !path.StartsWith("checkpoints/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var start = new ProcessStartInfo("stat") { WorkingDirectory = directory, RedirectStandardOutput = true };
        foreach (var argument in files.Prepend("%i").Prepend("-c")) start.ArgumentList.Add(argument);
        using var stat = Process.Start(start)!;
        var lines = (await stat.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await stat.WaitForExitAsync();
        return files.Zip(lines).ToDictionary(pair => pair.First, pair => new FileFacts(long.Parse(pair.Second, CultureInfo.InvariantCulture)));
    }
}
