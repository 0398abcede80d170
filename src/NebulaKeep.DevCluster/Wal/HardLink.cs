using System.ComponentModel;
using System.Runtime.InteropServices;
using NebulaKeep.Nebula.Wal;

namespace NebulaKeep.DevCluster.Wal;

/// <summary>Second names of files.</summary>
static partial class HardLink
{
    /// <exception cref="WalException">The system refuses: another file system, no right, no space, the name exists.</exception>
    public static void Create(string existing, string link)
    {
        if (NativeLink(existing, link) == 0) return;
        var reason = new Win32Exception(Marshal.GetLastPInvokeError());
        throw new WalException($"Linking {existing} to {link} failed: {reason.Message}. Both must lie on one file system", reason);
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeLink(string existing, string link);
}
