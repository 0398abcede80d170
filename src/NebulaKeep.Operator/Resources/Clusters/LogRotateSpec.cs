using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>How logs are rotated.</summary>
public sealed record LogRotateSpec
{
    /// <summary>How many old files are kept.</summary>
    [DefaultValue(5)]
    [Range(0, int.MaxValue)]
    public int? Rotate { get; init; }

    /// <summary>The size at which a new file is begun.</summary>
    [DefaultValue("200M")]
    public string? Size { get; init; }
}
