using Microsoft.Extensions.Logging;
using NebulaKeep.Kubernetes.Controllers;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Kubernetes.Queues;
using NebulaKeep.Operator.Metrics;

namespace NebulaKeep.Operator.Hosting;

/// <summary>Runs one controller with its queue and measures it.</summary>
sealed class ControllerRunner : IDisposable
{
    readonly IOperatorController controller;
    readonly OperatorMetrics metrics;
    readonly TimeProvider time;
    readonly Controller loop;

    public ControllerRunner(IOperatorController controller, OperatorContext context)
    {
        (this.controller, metrics, time) = (controller, context.Metrics, context.Time);
        var backOff = BackOff.ForControllers(new Random(context.Random.Next()));
        loop = new Controller(controller.Name, ReconcileAsync, backOff, time, context.Loggers.CreateLogger(controller.Name));
        controller.Watch(loop.Enqueue);
        metrics.QueueDepths[controller.Name] = () => loop.Depth;
    }

    public Task RunAsync(CancellationToken cancellation) => loop.RunAsync(controller.Workers, cancellation);

    public void Dispose() => loop.Dispose();

    async Task<TimeSpan?> ReconcileAsync(NamespacedName key, CancellationToken cancellation)
    {
        var (began, succeeded) = (time.GetTimestamp(), false);
        try
        {
            var again = await controller.ReconcileAsync(key, cancellation);
            succeeded = true;
            return again;
        }
        finally
        {
            metrics.Reconciled(controller.Name, succeeded, time.GetElapsedTime(began));
        }
    }
}
