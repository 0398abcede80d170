namespace NebulaKeep.Kubernetes.Objects;

/// <summary>Kinds of Kubernetes itself that the operator works with, in versions that 1.20 and all later releases serve.</summary>
public static class KnownKinds
{
    /// <summary>core/v1 ConfigMap.</summary>
    public static readonly ResourceKind ConfigMap = new("", "v1", "ConfigMap", "configmaps");

    /// <summary>core/v1 Event: also in the newest releases, and what <c>kubectl describe</c> shows.</summary>
    public static readonly ResourceKind Event = new("", "v1", "Event", "events");

    /// <summary>core/v1 Namespace.</summary>
    public static readonly ResourceKind Namespace = new("", "v1", "Namespace", "namespaces", Namespaced: false);

    /// <summary>core/v1 Node.</summary>
    public static readonly ResourceKind Node = new("", "v1", "Node", "nodes", Namespaced: false);

    /// <summary>core/v1 PersistentVolume.</summary>
    public static readonly ResourceKind PersistentVolume = new("", "v1", "PersistentVolume", "persistentvolumes", Namespaced: false);

    /// <summary>core/v1 PersistentVolumeClaim.</summary>
    public static readonly ResourceKind PersistentVolumeClaim = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims");

    /// <summary>core/v1 Pod.</summary>
    public static readonly ResourceKind Pod = new("", "v1", "Pod", "pods");

    /// <summary>core/v1 Secret.</summary>
    public static readonly ResourceKind Secret = new("", "v1", "Secret", "secrets");

    /// <summary>core/v1 Service.</summary>
    public static readonly ResourceKind Service = new("", "v1", "Service", "services");

    /// <summary>core/v1 ServiceAccount.</summary>
    public static readonly ResourceKind ServiceAccount = new("", "v1", "ServiceAccount", "serviceaccounts");

    /// <summary>apps/v1 StatefulSet.</summary>
    public static readonly ResourceKind StatefulSet = new("apps", "v1", "StatefulSet", "statefulsets");

    /// <summary>apps/v1 Deployment.</summary>
    public static readonly ResourceKind Deployment = new("apps", "v1", "Deployment", "deployments");

    /// <summary>batch/v1 Job.</summary>
    public static readonly ResourceKind Job = new("batch", "v1", "Job", "jobs");

    /// <summary>coordination.k8s.io/v1 Lease.</summary>
    public static readonly ResourceKind Lease = new("coordination.k8s.io", "v1", "Lease", "leases");

    /// <summary>storage.k8s.io/v1 StorageClass.</summary>
    public static readonly ResourceKind StorageClass = new("storage.k8s.io", "v1", "StorageClass", "storageclasses", Namespaced: false);

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition.</summary>
    public static readonly ResourceKind CustomResourceDefinition =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    /// <summary>authorization.k8s.io/v1 SelfSubjectAccessReview: created only, never stored.</summary>
    internal static readonly ResourceKind SelfSubjectAccessReview =
        new("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", Namespaced: false);
}
