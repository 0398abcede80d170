using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace NebulaKeep.Operator.Resources.Clusters;

/// <summary>The storage services.</summary>
public sealed record StoragedSpec : ComponentSpec
{
    /// <summary>The volumes for data. Their number cannot change, their sizes can grow.</summary>
    [MinLength(1)]
    public required IReadOnlyList<StorageClaim> DataVolumeClaims { get; init; }

    /// <summary>A volume for logs.</summary>
    public StorageClaim? LogVolumeClaim { get; init; }

    /// <summary>The headless Service; its annotations are taken.</summary>
    public ServiceSpec? Service { get; init; }

    /// <summary>Balance the data after scaling out.</summary>
    [DefaultValue(false)]
    public bool? EnableAutoBalance { get; init; }

    /// <summary>Restart pods without moving their leaders first.</summary>
    [DefaultValue(false)]
    public bool? EnableForceUpdate { get; init; }

    /// <summary>Move leaders of several parts at a time.</summary>
    [DefaultValue(false)]
    public bool? ConcurrentTransfer { get; init; }
}
