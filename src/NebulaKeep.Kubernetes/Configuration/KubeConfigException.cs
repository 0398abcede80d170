using NebulaKeep.Core;

namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>The way to the API server is not described, or not in a way that can be used.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : NebulaKeepException(message, inner);
