using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>A call that ends with a code of NebulaGraph instead of an answer; the code is what the caller sees.</summary>
sealed class MetaErrorException(ErrorCode code) : NebulaKeepException($"metad answers {code} ({(int)code})")
{
    public ErrorCode Code { get; } = code;
}
