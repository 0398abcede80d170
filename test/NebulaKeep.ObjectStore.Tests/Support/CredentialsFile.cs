using System.Runtime.CompilerServices;

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>
/// The shared credentials file of this test process, with the profile <c>backup</c> only. The SDK looks for the file once, at its first
/// use by any test, and never again for one that was not there: so it exists before all tests, as it does for a program of a user.
/// </summary>
static class CredentialsFile
{
    public const string Variable = "AWS_SHARED_CREDENTIALS_FILE";

    /// <summary>Access key of the profile.</summary>
    public const string AccessKey = "FROMPROFILE";

    public static string Path { get; } = System.IO.Path.Join(System.IO.Path.GetTempPath(), $"nk-credentials-{Environment.ProcessId}");

    [ModuleInitializer]
    internal static void Write()
    {
        File.WriteAllText(Path, $"[backup]\naws_access_key_id = {AccessKey}\naws_secret_access_key = secret\n");
        Environment.SetEnvironmentVariable(Variable, Path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Path);
    }
}
