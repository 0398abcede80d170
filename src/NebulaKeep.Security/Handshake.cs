using System.Net.Security;
using System.Security.Authentication;

namespace NebulaKeep.Security;

/// <summary>Which side of a connection this process is.</summary>
enum TlsSide
{
    Client,
    Server,
}

/// <summary>Runs one handshake within its time and turns every failure into a typed one.</summary>
sealed class Handshake(TlsSide side, string peer, PeerVerdict verdict, TimeSpan timeout, TimeProvider clock)
{
    public async Task<SslStream> RunAsync(SslStream ssl, Func<CancellationToken, Task> authenticate, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await authenticate(either.Token);
            return ssl;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await ssl.DisposeAsync();
            throw new TlsFailureException(TlsProblem.Interrupted, peer, $"no complete handshake within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e)
        {
            await ssl.DisposeAsync();
            if (e is AuthenticationException or IOException) throw Failure(e);
            throw;
        }
    }

    TlsFailureException Failure(Exception e)
    {
        if (verdict.Problem is { } problem) return new TlsFailureException(problem, peer, verdict.Message, e);
        return TlsFailures.Explain(e, peer, side, verdict);
    }
}
