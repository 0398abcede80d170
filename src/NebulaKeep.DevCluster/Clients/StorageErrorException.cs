using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Clients;

/// <summary>A partition refused a request; the code is storaged's.</summary>
sealed class StorageErrorException(ErrorCode code, int part) : NebulaKeepException($"partition {part} answers {code} ({(int)code})")
{
    public ErrorCode Code { get; } = code;

    public int Part { get; } = part;
}
