using NebulaKeep.Operator.Resources.Clusters;

namespace NebulaKeep.Operator.Clusters;

/// <summary>One volume of each pod of a service: its claim, and where containers see it.</summary>
sealed record VolumeClaim(string Name, string Path, StorageClaim Spec)
{
    /// <summary>The volume's own directory, so that a file system's <c>lost+found</c> is not in it.</summary>
    public string SubPath => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The wanted size, as it was written.</summary>
    public string? Size => Spec.Resources?.Requests?.GetValueOrDefault("storage").Text;
}
