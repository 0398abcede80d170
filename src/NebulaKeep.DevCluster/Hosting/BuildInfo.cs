namespace NebulaKeep.DevCluster.Hosting;

/// <summary>What the daemons say about themselves.</summary>
static class BuildInfo
{
    /// <summary>Heartbeats and /status name the stand-in, so that nobody takes it for the real server.</summary>
    public const string GitSha = "nebula-dev";

    /// <summary>The version of NebulaGraph whose behaviour is modelled.</summary>
    public const string Version = "3.8.0";
}
