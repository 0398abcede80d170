using System.Globalization;
using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// The file that names a daemon's process. As with NebulaGraph 3.8.0 (observed), a daemon does not start while the process that the
/// file names exists, whatever that process is.
/// </summary>
public sealed class PidFile
{
    readonly string path;
    readonly Func<int, bool> isAlive;

    /// <summary>The file at a path; processes are looked up in /proc.</summary>
    public PidFile(string path) : this(path, pid => Directory.Exists($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}")) { }

    internal PidFile(string path, Func<int, bool> isAlive) => (this.path, this.isAlive) = (path, isAlive);

    /// <summary>The process named by the file, or null for a missing or unreadable number.</summary>
    public int? Read()
    {
        if (!File.Exists(path)) return null;
        return int.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;
    }

    /// <summary>The process named by the file, if it exists.</summary>
    public int? Running() => Read() is { } pid && isAlive(pid) ? pid : null;

    /// <summary>Checks that a daemon may start.</summary>
    /// <exception cref="NebulaKeepException">The process that the file names exists.</exception>
    public void RefuseIfRunning()
    {
        if (Running() is { } pid && pid != Environment.ProcessId)
            throw new NebulaKeepException($"Process {pid} already existed, as '{path}' says: stop it first, or remove the file if it is not this daemon");
    }

    /// <summary>Names the process, replacing the file in one step.</summary>
    public void Write(int pid)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var next = path + ".next";
        File.WriteAllText(next, pid.ToString(CultureInfo.InvariantCulture));
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Removes the file if it still names this process.</summary>
    public void RemoveOwn()
    {
        if (Read() == Environment.ProcessId) File.Delete(path);
    }
}
