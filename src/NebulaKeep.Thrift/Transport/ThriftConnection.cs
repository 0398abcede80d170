using NebulaKeep.Core;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Messages;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Transport;

/// <summary>
/// One client connection. Calls from several threads wait for each other: one is in flight at a time. After a failed call the state of
/// the stream is unknown, so the connection is broken for good; the owner opens another.
/// </summary>
public sealed class ThriftConnection : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    readonly Stream stream;
    readonly ThriftClientOptions options;
    int sequenceId;

    ThriftConnection(Stream stream, HostAddress address, ThriftClientOptions options) =>
        (this.stream, Address, this.options) = (stream, address, options);

    /// <summary>The server.</summary>
    public HostAddress Address { get; }

    /// <summary>True after a failed call: nothing more can be sent.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Connects, and does the TLS handshake if options ask for it.</summary>
    /// <exception cref="ThriftTransportException">No connection.</exception>
    /// <exception cref="TlsFailureException">No TLS.</exception>
    public static async Task<ThriftConnection> ConnectAsync(HostAddress address, ThriftClientOptions options,
        CancellationToken cancellationToken)
    {
        var network = await Dialer.ConnectAsync(address, options, cancellationToken);
        Stream opened = options.Tls is { } tls ? await tls.AuthenticateAsync(network, address, cancellationToken) : network;
        return new ThriftConnection(opened, address, options);
    }

    /// <summary>Calls a method and waits for its reply (for a oneway method: until the bytes are handed to the system).</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">Its argument.</param>
    /// <param name="timeout">Limit of this call; null for the one of the options, infinite for none.</param>
    /// <param name="cancellationToken">Gives up; breaks the connection if the request was on its way.</param>
    /// <exception cref="ThriftTransportException">Network trouble or an unfitting reply.</exception>
    /// <exception cref="TlsFailureException">The server refused our certificate after the handshake, as TLS 1.3 does.</exception>
    /// <exception cref="ThriftApplicationException">The server has no such method or failed in it.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (IsBroken)
                throw new ThriftTransportException(TransportProblem.Broken, Address, false,
                    $"{method.Name}: an earlier call on the connection to {Address} failed");
            return await ExchangeAsync(method, request, timeout ?? options.CallTimeout, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IsBroken = true;
        await stream.DisposeAsync(); // the gate stays: a call that is cut off by this still leaves through it
    }

    async Task<TResponse> ExchangeAsync<TRequest, TResponse>(
        ThriftMethod<TRequest, TResponse> method, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var message = new ThriftMessage(method.Name, method.IsOneway ? ThriftMessageType.Oneway : ThriftMessageType.Call, ++sequenceId);
        var frame = MessageFrame.Encode(new FrameFormat(options.Wire), message, writer => method.WriteArgs(writer, request));
        using var deadline = new CancellationTokenSource(timeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await stream.WriteAsync(frame, either.Token);
            await stream.FlushAsync(either.Token);
            if (method.IsOneway) return default!;
            return ReadReply(method, message, await ReadFrameAsync(method.Name, either.Token));
        }
        catch (Exception e) when (e is not ThriftApplicationException)
        {
            IsBroken = true;
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested) throw;
            throw TransportErrors.OfCall(e, method.Name, Address, timeout, options.Tls is not null);
        }
    }

    async Task<ReadOnlyMemory<byte>> ReadFrameAsync(string method, CancellationToken cancellationToken)
    {
        var length = await FrameReader.ReadLengthAsync(stream, cancellationToken)
            ?? throw new EndOfStreamException("the server closed the connection");
        if (options.Tls is null && TransportErrors.IsTlsAlert(length))
            throw new ThriftTransportException(TransportProblem.TlsRequired, Address, false,
                $"{method}: {Address} speaks TLS on this port and this client does not; switch TLS on (--enable_ssl) or check the port");
        return await FrameReader.ReadBodyAsync(stream, length, options.Limits.MaxFrameBytes, cancellationToken);
    }

    TResponse ReadReply<TRequest, TResponse>(ThriftMethod<TRequest, TResponse> method, ThriftMessage call, ReadOnlyMemory<byte> frame)
    {
        var opened = MessageFrame.Open(frame, options.Limits);
        if (opened.Transforms > 0) throw new ThriftProtocolException("the reply is compressed, which was not asked for");
        var reply = opened.Reader.ReadMessageBegin();
        if (reply.SequenceId != call.SequenceId)
            throw new ThriftProtocolException($"the reply has sequence id {reply.SequenceId} instead of {call.SequenceId}");
        if (reply.Name != call.Name) throw new ThriftProtocolException($"the reply is one to '{reply.Name}'");
        return reply.Type switch
        {
            ThriftMessageType.Reply => method.ReadResult(opened.Reader),
            ThriftMessageType.Exception => throw ThriftApplicationException.Read(opened.Reader),
            _ => throw new ThriftProtocolException($"a message of type {reply.Type} instead of a reply"),
        };
    }
}
