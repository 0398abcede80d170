using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Events;

namespace NebulaKeep.Operator.Shared;

/// <summary>What a user sees of an object in <c>kubectl describe</c>.</summary>
sealed record UserEvent(bool IsWarning, string Reason, string Message)
{
    /// <summary>Tells it of an object.</summary>
    public void Tell(EventRecorder events, JsonObject about)
    {
        if (IsWarning) events.Warning(about, Reason, Message);
        else events.Normal(about, Reason, Message);
    }
}
