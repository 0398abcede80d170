using System.Text;

namespace NebulaKeep.Agent.Daemons;

/// <summary>What a daemon printed, for an error message.</summary>
static class DaemonOutput
{
    const int Most = 600;

    /// <summary>The end of the text in one line; empty where there is none.</summary>
    public static string Tail(string file)
    {
        if (!File.Exists(file)) return "";
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, Most), SeekOrigin.End);
        var bytes = new byte[Most];
        var text = Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, Most, throwOnEndOfStream: false)).Trim();
        return text.Length == 0 ? "" : $"; it printed: {text.Replace('\n', ' ')}";
    }
}
