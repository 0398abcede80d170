using System.Runtime.InteropServices;

namespace NebulaKeep.Security.Issuing;

/// <summary>The one system call that .NET does not offer: replacing a symbolic link, also one to a folder, in one step.</summary>
static partial class Posix
{
    public static void Rename(string from, string to)
    {
        if (rename(from, to) != 0)
            throw new IOException($"cannot rename {from} to {to}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int rename(string from, string to);
}
