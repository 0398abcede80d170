using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Server;

/// <summary>What of an HTTP/2 request and its response is gRPC's.</summary>
static class GrpcRequest
{
    /// <summary>The HTTP status for what is no gRPC call at all; null for one that is.</summary>
    public static int? RefusalOf(HttpRequest request)
    {
        if (!HttpProtocol.IsHttp2(request.Protocol)) return StatusCodes.Status426UpgradeRequired;
        if (!HttpMethods.IsPost(request.Method)) return StatusCodes.Status405MethodNotAllowed;
        return GrpcHeader.IsGrpc(request.ContentType) ? null : StatusCodes.Status415UnsupportedMediaType;
    }

    /// <exception cref="GrpcStatusException">The request is compressed.</exception>
    public static void CheckEncoding(HttpRequest request)
    {
        var encoding = request.Headers[GrpcHeader.Encoding].ToString();
        if (encoding.Length == 0 || encoding == GrpcHeader.Identity) return;
        request.HttpContext.Response.Headers[GrpcHeader.AcceptEncoding] = GrpcHeader.Identity;
        throw new GrpcStatusException(GrpcStatusCode.Unimplemented, $"{GrpcHeader.Encoding} '{encoding}' is not supported; send {GrpcHeader.Identity}");
    }

    public static RpcCall CallOf(HttpContext context)
    {
        var connection = context.Connection;
        var name = connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return new RpcCall($"{connection.RemoteIpAddress}:{connection.RemotePort}", name);
    }

    /// <summary>Ends a call: as trailers, or in the headers where nothing was sent yet ("trailers-only").</summary>
    public static void End(HttpResponse response, GrpcStatusException? failure)
    {
        var status = ((int)(failure?.Code ?? GrpcStatusCode.Ok)).ToString(CultureInfo.InvariantCulture);
        var text = failure is null ? null : GrpcMessageText.Encode(failure.Message);
        if (response.HasStarted)
        {
            response.AppendTrailer(GrpcHeader.Status, status);
            if (text is not null) response.AppendTrailer(GrpcHeader.Message, text);
            return;
        }

        response.Headers[GrpcHeader.Status] = status;
        if (text is not null) response.Headers[GrpcHeader.Message] = text;
    }
}
