using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Clusters;

/// <summary>A stored StatefulSet and its pods.</summary>
sealed class SetView
{
    readonly JsonObject set;
    readonly Component component;

    public SetView(JsonObject set, IEnumerable<JsonObject> pods, Component component)
    {
        (this.set, this.component) = (set, component);
        Pods = pods.Select(PodView.Of).Where(pod => pod.Ordinal >= 0).ToDictionary(pod => pod.Ordinal);
    }

    public IReadOnlyDictionary<int, PodView> Pods { get; }

    public int Replicas => (int)(set.Number("spec", "replicas") ?? 1);

    public int Partition => (int)(set.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);

    public string? TemplateHash => set.Annotation(Annotations.Template);

    public string? UpdateRevision => set.Text("status", "updateRevision");

    public bool IsLeaving => set.IsDeleting();

    /// <summary>Its controller has seen the last change.</summary>
    public bool IsObserved => set.Number("status", "observedGeneration") >= set.Generation();

    /// <summary>Every pod is of the newest template.</summary>
    public bool IsRolledOut => IsObserved && set.Text("status", "currentRevision") == UpdateRevision
        && Enumerable.Range(0, Replicas).All(ordinal => !Pods.TryGetValue(ordinal, out var pod) || pod.Revision is null || pod.Revision == UpdateRevision);

    /// <summary>Pods of an older template are to be restarted. A set that has just been made has none.</summary>
    public bool IsUpdating => set.Text("status", "currentRevision") is { } current && current != UpdateRevision;

    public int Ready => Enumerable.Range(0, Replicas).Count(ordinal => Pods.GetValueOrDefault(ordinal) is { IsReady: true });

    /// <summary>By the pods themselves and by its controller's count, which is what the status shows.</summary>
    public bool IsReady => IsRolledOut && Replicas == component.Replicas && Ready == Replicas && set.Number("status", "readyReplicas") == Replicas;

    /// <summary>So many pods serve: without them nothing of the service is left to protect.</summary>
    public int Quorum => component.IsGraphd ? 1 : Replicas / 2 + 1;

    public bool HasQuorum => Ready >= Quorum;
}
