using Microsoft.AspNetCore.Http;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Server;

/// <summary>Joins the client's departure with the deadline it sent.</summary>
sealed class ServerDeadline(HttpContext context, TimeProvider clock) : IDisposable
{
    CancellationTokenSource? timer;
    CancellationTokenSource? joined;

    public bool Passed => timer is { IsCancellationRequested: true };

    /// <exception cref="GrpcStatusException">The header is malformed.</exception>
    public CancellationToken Start()
    {
        var text = context.Request.Headers[GrpcHeader.Timeout].ToString();
        if (text.Length == 0) return context.RequestAborted;
        if (!GrpcTimeout.TryDecode(text, out var timeout)) throw new GrpcStatusException(GrpcStatusCode.InvalidArgument, $"'{text}' is no {GrpcHeader.Timeout}");
        timer = new CancellationTokenSource(Min(timeout), clock);
        joined = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, context.RequestAborted);
        return joined.Token;
    }

    public void Dispose()
    {
        joined?.Dispose();
        timer?.Dispose();
    }

    /// <summary>Timers of .NET end at about 49 days.</summary>
    static TimeSpan Min(TimeSpan timeout) => timeout < TimeSpan.FromDays(40) ? timeout : TimeSpan.FromDays(40);
}
