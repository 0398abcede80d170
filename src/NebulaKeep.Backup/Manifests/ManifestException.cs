using NebulaKeep.Core;

namespace NebulaKeep.Backup.Manifests;

/// <summary>A manifest cannot be used: damaged, of a newer format, or holding something that must not be in one.</summary>
public sealed class ManifestException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
