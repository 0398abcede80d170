using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Codec;

/// <summary>A vertex id is longer than its space allows; upstream's E_INVALID_VID.</summary>
public sealed class VidTooLongException(int length, int limit)
    : NebulaKeepException($"A vertex id of {length} bytes does not fit into this space's {limit}: use a shorter id");
