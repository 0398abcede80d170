using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Storage;

/// <summary>A storaged that cannot start or go on; the message says why and what to look at.</summary>
public sealed class StorageException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
