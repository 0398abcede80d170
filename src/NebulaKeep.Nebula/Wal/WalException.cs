using NebulaKeep.Core;

namespace NebulaKeep.Nebula.Wal;

/// <summary>A log that cannot be read, continued or applied; the message names the file or directory.</summary>
public sealed class WalException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
