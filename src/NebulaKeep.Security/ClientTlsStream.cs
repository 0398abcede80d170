using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NebulaKeep.Core;
using NebulaKeep.Security.Issuing;

namespace NebulaKeep.Security;

/// <summary>
/// A client's connection that knows what it means when the server hangs up before its first byte. Servers judge the
/// client's certificate after the client has finished its handshake: OpenSSL and fizz then send an alert, SslStream on Linux
/// just closes. Reads and writes throw an <see cref="IOException"/> whose inner exception is the <see cref="TlsFailureException"/>,
/// also those that come late: an HTTP/2 client that learns of the end by reading disposes the stream under a running write.
/// </summary>
sealed class ClientTlsStream(Stream inner, HostAddress peer, PeerVerdict verdict, TimeProvider clock) : SslStream(inner, leaveInnerStreamOpen: false)
{
    bool answered;
    volatile TlsFailureException? refused;

    /// <summary>Why the server hung up before its first byte, once reading or writing has found out; else null.</summary>
    internal TlsFailureException? Refused => refused;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0 && buffer.Length > 0 && Refusal(null) is { } refusal) throw Wrapped(refusal);
            answered |= read > 0;
            return read;
        }
        catch (ObjectDisposedException) when (refused is not null)
        {
            throw Wrapped(refused);
        }
        catch (IOException e) when (e.InnerException is not TlsFailureException && Refusal(e) is not null)
        {
            throw Wrapped(Refusal(e)!);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (ObjectDisposedException) when (refused is not null)
        {
            throw Wrapped(refused);
        }
        catch (IOException e) when (Refusal(e) is not null)
        {
            throw Wrapped(Refusal(e)!);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    TlsFailureException? Refusal(IOException? e)
    {
        if (e is not null && TlsFailures.Classify(e, peer) is { } told) return told.Problem == TlsProblem.ClientCertificateRefused ? OutOfTime(e) ?? told : told;
        if (answered || !IsAuthenticated) return null;
        if (LocalCertificate is not null && IsMutuallyAuthenticated)
            return OutOfTime(e) ?? TlsFailures.HungUp(TlsProblem.ClientCertificateRefused, peer, e);
        return verdict.CertificateWanted ? TlsFailures.HungUp(TlsProblem.NoClientCertificate, peer, e) : null;
    }

    /// <summary>The usual reason of a refusal can be seen from here; servers that do not ask for certificates do not mind it.</summary>
    TlsFailureException? OutOfTime(IOException? cause)
    {
        if (LocalCertificate is not X509Certificate2 own) return null;
        var (time, now) = (Validity.Of(own), clock.GetUtcNow());
        if (now >= time.NotBefore && now < time.NotAfter) return null;
        var when = now < time.NotBefore ? $"is valid only from {time.NotBefore:u}; compare the clocks" : $"expired at {time.NotAfter:u}; renew it";
        return new TlsFailureException(TlsProblem.ClientCertificateRefused, peer.ToString(), $"the server refuses this client's certificate '{own.Subject}', which {when}", cause);
    }

    IOException Wrapped(TlsFailureException refusal)
    {
        refused = refusal;
        return new IOException(refusal.Message, refusal);
    }
}
