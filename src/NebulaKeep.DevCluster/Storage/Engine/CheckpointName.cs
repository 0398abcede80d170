namespace NebulaKeep.DevCluster.Storage.Engine;

/// <summary>Names of checkpoints become directories: only plain ones are taken.</summary>
static class CheckpointName
{
    const int MaxLength = 200;

    public static bool IsPlain(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
