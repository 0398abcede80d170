using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;
using NebulaKeep.Security;
using NebulaKeep.Thrift.Frames;
using NebulaKeep.Thrift.Protocol;

namespace NebulaKeep.Thrift.Server;

/// <summary>One accepted connection: its calls are carried out one after the other, replies in their order.</summary>
sealed partial class ServerConnection(Socket socket, CallDispatcher dispatcher, ThriftServerOptions options, ILogger logger)
{
    const byte TlsHandshakeRecord = 0x16;

    // Alert record: TLS 1.2, length 2, fatal, unexpected_message. Real servers send it to the other kind of client
    // (observed with NebulaGraph 3.8.0).
    static readonly byte[] UnexpectedMessageAlert = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a];

    const int RefusalBytes = 64 * 1024;
    static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(2);

    readonly string peer = socket.RemoteEndPoint?.ToString() ?? "?";

    /// <summary>Serves until the peer leaves, breaks a rule, or the server stops.</summary>
    /// <param name="stopping">No further call is begun.</param>
    /// <param name="aborting">Running calls are cancelled, too.</param>
    internal async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        try
        {
            socket.NoDelay = true;
            await using var network = new NetworkStream(socket, ownsSocket: true);
            if (await OpenAsync(network, stopping) is not { } stream) return;
            await using (stream)
            {
                await ServeAsync(stream, stopping, aborting);
            }
        }
        catch (Exception e) when (e is NebulaKeepException or IOException or SocketException or OperationCanceledException)
        {
            LogClosed(peer, e.Message);
        }
    }

    async Task<Stream?> OpenAsync(NetworkStream network, CancellationToken cancellationToken)
    {
        var first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken) == 0) return null;
        var isTls = first[0] == TlsHandshakeRecord;
        if (isTls == options.Tls is not null)
            return options.Tls is { } tls ? await tls.AuthenticateAsync(network, peer, cancellationToken) : network;
        LogMismatch(peer, isTls ? "speaks TLS to a plaintext port" : "speaks plaintext to a TLS port");
        await RefuseAsync(network, cancellationToken);
        return null;
    }

    // What the peer has sent is read before closing: a socket closed with unread bytes is reset, and the reset may overtake the alert.
    async Task RefuseAsync(NetworkStream network, CancellationToken cancellationToken)
    {
        using var patience = new Deadline(RefusalPatience, options.Clock, cancellationToken);
        await network.WriteAsync(UnexpectedMessageAlert, patience.Token);
        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[RefusalBytes];
        for (var left = RefusalBytes; left > 0;)
        {
            var read = await network.ReadAsync(rest.AsMemory(0, left), patience.Token);
            if (read == 0) return;
            left -= read;
        }
    }

    async Task ServeAsync(Stream stream, CancellationToken stopping, CancellationToken aborting)
    {
        var certificate = (stream as SslStream)?.RemoteCertificate;
        while (await ReadFrameAsync(stream, stopping) is { } frame)
        {
            var reply = await dispatcher.DispatchAsync(frame, (method, wire) => new ThriftCallContext(method, peer, wire, certificate),
                aborting);
            if (reply is { } bytes) await WriteAsync(stream, bytes, aborting);
        }
    }

    async Task<ReadOnlyMemory<byte>?> ReadFrameAsync(Stream stream, CancellationToken stopping)
    {
        using var idle = new Deadline(options.IdleTimeout, options.Clock, stopping);
        if (await FrameReader.ReadLengthAsync(stream, idle.Token) is not { } length) return null;
        if (length is [0x80, 0x01, ..] or [CompactTypes.ProtocolId, ..])
            throw new ThriftProtocolException("unframed messages are not served here: use a framed transport or THeader");
        using var arrival = new Deadline(options.FrameTimeout, options.Clock, stopping);
        return await FrameReader.ReadBodyAsync(stream, length, options.Limits.MaxFrameBytes, arrival.Token);
    }

    async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> reply, CancellationToken aborting)
    {
        using var departure = new Deadline(options.FrameTimeout, options.Clock, aborting);
        await stream.WriteAsync(reply, departure.Token);
        await stream.FlushAsync(departure.Token);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection of {Peer} closed: {Reason}")]
    partial void LogClosed(string peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Peer} refused: it {What}")]
    partial void LogMismatch(string peer, string what);
}
