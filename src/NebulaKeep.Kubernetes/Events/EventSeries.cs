using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Events;

/// <summary>What makes two notes the same.</summary>
readonly record struct EventIdentity(string Uid, bool IsWarning, string Reason, string Message);

/// <summary>One stored event and how often it has happened.</summary>
sealed class EventSeries(NamespacedName key, DateTimeOffset first)
{
    public NamespacedName Key { get; } = key;

    public DateTimeOffset First { get; } = first;

    public DateTimeOffset Last { get; set; } = first;

    public int Count { get; set; } = 1;
}
