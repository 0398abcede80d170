using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Operator.Hosting;

/// <summary>One controller: brings the objects of one kind to their wanted state. It is made once in a process and runs while this process leads.</summary>
interface IOperatorController
{
    /// <summary>Its name in <c>--controllers</c>, metrics and logs: the kind in lower case.</summary>
    string Name { get; }

    /// <summary>How many objects it works on at the same time.</summary>
    int Workers { get; }

    /// <summary>Says which changes wake it, before anything is watched. <paramref name="enqueue"/> may be called from any thread.</summary>
    void Watch(Action<NamespacedName> enqueue);

    /// <summary>See <see cref="Kubernetes.Controllers.Reconcile"/>.</summary>
    Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation);
}
