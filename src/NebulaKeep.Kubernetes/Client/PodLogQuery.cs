namespace NebulaKeep.Kubernetes.Client;

/// <summary>Which part of a container's log. The size is always limited: a log can be larger than any memory.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="MaxBytes">At most this many bytes are sent.</param>
/// <param name="Follow">Keep the stream open and send what is written from now on.</param>
/// <param name="Previous">The log of the container's last run instead of the present one.</param>
/// <param name="TailLines">Only the last lines; null for all.</param>
public sealed record PodLogQuery(string Container, long MaxBytes, bool Follow = false, bool Previous = false, int? TailLines = null);
