using NebulaKeep.Core;

namespace NebulaKeep.Backup.Restores;

/// <summary>A restore was refused before anything was changed.</summary>
public sealed class RestoreRefusedException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
