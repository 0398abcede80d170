using NebulaKeep.Core;

namespace NebulaKeep.Rpc.Agent;

/// <summary>A call to an agent failed; the message names the agent, the call and the reason.</summary>
public sealed class AgentException : NebulaKeepException
{
    readonly bool transient;

    /// <summary>Makes a failure.</summary>
    public AgentException(HostAddress agent, AgentFailure failure, string message, bool isTransient, Exception? inner = null)
        : base(message, inner)
    {
        Agent = agent;
        Failure = failure;
        transient = isTransient;
    }

    /// <summary>The agent that was called.</summary>
    public HostAddress Agent { get; }

    /// <summary>Why.</summary>
    public AgentFailure Failure { get; }

    /// <inheritdoc/>
    public override bool IsTransient => transient;

    /// <summary>The failure that a status stands for.</summary>
    public static AgentException From(HostAddress agent, string call, GrpcStatusException status)
    {
        var failure = KindOf(status.Code);
        return new AgentException(agent, failure, $"agent {agent}: {call}: {status.Message}{Advice(agent, failure)}", status.IsTransient, status);
    }

    static AgentFailure KindOf(GrpcStatusCode code) => code switch
    {
        GrpcStatusCode.Unavailable => AgentFailure.Unreachable,
        GrpcStatusCode.Unauthenticated => AgentFailure.Untrusted,
        GrpcStatusCode.PermissionDenied => AgentFailure.Refused,
        GrpcStatusCode.NotFound => AgentFailure.NotFound,
        GrpcStatusCode.AlreadyExists => AgentFailure.AlreadyExists,
        GrpcStatusCode.InvalidArgument or GrpcStatusCode.Unimplemented or GrpcStatusCode.OutOfRange => AgentFailure.Invalid,
        GrpcStatusCode.FailedPrecondition or GrpcStatusCode.Aborted => AgentFailure.NotNow,
        GrpcStatusCode.DataLoss => AgentFailure.Corrupt,
        GrpcStatusCode.ResourceExhausted => AgentFailure.Full,
        GrpcStatusCode.DeadlineExceeded => AgentFailure.TimedOut,
        _ => AgentFailure.Failed,
    };

    static string Advice(HostAddress agent, AgentFailure failure) => failure switch
    {
        AgentFailure.Unreachable => $"; is the agent running, and is {agent} reachable from here?",
        AgentFailure.Untrusted => "; check that both certificates come from the same CA, are valid now and name this host",
        _ => "",
    };
}
