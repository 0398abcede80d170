using NebulaKeep.Agent.Transfer;

namespace NebulaKeep.Agent.Tests.Support;

/// <summary>Directories to send.</summary>
static class Sources
{
    public static UploadSource Of(string directory, string prefix, params string[] only) => new(directory, prefix, only, new Dictionary<string, KnownFile>());
}
