using NebulaKeep.Core;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.Nebula.Calls;

/// <summary>One call with everything that its attempts have in common.</summary>
sealed record PlannedCall<TRequest, TResponse>(
    ThriftMethod<TRequest, TResponse> Method, TRequest Request, CallKind Kind, TimeSpan? Timeout, string Text,
        Func<TResponse, ErrorCode> CodeOf);

/// <summary>Makes calls again as long as that is safe and may help.</summary>
sealed class RetryingCaller(ConnectionPool pool, RetryOptions retry, TimeProvider clock)
{
    /// <summary>Calls one server, which alone can answer.</summary>
    internal Task<TResponse> CallAsync<TRequest, TResponse>(PlannedCall<TRequest, TResponse> call, HostAddress address,
        CancellationToken cancellationToken) =>
        CallAsync(call, new FixedServer<TResponse>(address), cancellationToken);

    /// <summary>Calls the servers that <paramref name="route"/> names until one carries the call out.</summary>
    internal async Task<TResponse> CallAsync<TRequest, TResponse>(
        PlannedCall<TRequest, TResponse> call, IServerRoute<TResponse> route, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var failures = new Dictionary<HostAddress, Exception>();
        for (var attempt = 1; ; attempt++)
        {
            var address = route.Next;
            var next = await AttemptAsync(call, address, route, cancellationToken);
            if (next.Response is { } response) return response;
            failures.Remove(address);
            failures[address] = next.Failure!;
            var delay = next.Step == RouteStep.AtOnce ? TimeSpan.Zero : retry.DelayAfter(attempt);
            if (clock.GetElapsedTime(begun) + delay > retry.RetryFor) throw Final(call.Text, clock.GetElapsedTime(begun), failures);
            await Task.Delay(delay, clock, cancellationToken);
        }
    }

    async Task<Attempt<TResponse>> AttemptAsync<TRequest, TResponse>(
        PlannedCall<TRequest, TResponse> call, HostAddress address, IServerRoute<TResponse> route, CancellationToken cancellationToken)
    {
        try
        {
            var response = await SendAsync(call, address, cancellationToken);
            var code = call.CodeOf(response);
            if (code == ErrorCode.SUCCEEDED) return new Attempt<TResponse>(response, null, default);
            var failure = new NebulaErrorException(code, call.Text, address);
            return route.Refused(response, code) is { } step ? new Attempt<TResponse>(default, failure, step) : throw failure;
        }
        catch (NebulaKeepException e) when (e is not NebulaErrorException && MayRepeat(e, call.Kind))
        {
            route.Failed();
            return new Attempt<TResponse>(default, e, RouteStep.AfterPause);
        }
    }

    async Task<TResponse> SendAsync<TRequest, TResponse>(PlannedCall<TRequest, TResponse> call, HostAddress address,
        CancellationToken cancellationToken)
    {
        var connection = await pool.TakeAsync(address, fresh: call.Kind == CallKind.Once, cancellationToken);
        try
        {
            return await connection.CallAsync(call.Method, call.Request, call.Timeout, cancellationToken);
        }
        finally
        {
            await pool.GiveBackAsync(connection);
        }
    }

    static bool MayRepeat(NebulaKeepException e, CallKind kind) =>
        e.IsTransient && (kind == CallKind.Repeatable || e is ThriftTransportException { WasSent: false } or Security.TlsFailureException);

    static NebulaKeepException Final(string call, TimeSpan tried, Dictionary<HostAddress, Exception> failures) =>
        failures.Values.Last() is NebulaErrorException only && failures.Count == 1 ? only
            : new NebulaUnavailableException(call, tried, failures);
}

/// <summary>How an attempt ended: with a response, or with a failure after which another may follow.</summary>
readonly record struct Attempt<TResponse>(TResponse? Response, NebulaKeepException? Failure, RouteStep Step);
