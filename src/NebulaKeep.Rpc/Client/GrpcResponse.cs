using System.Globalization;
using System.Net.Http.Headers;
using NebulaKeep.Rpc.Framing;

namespace NebulaKeep.Rpc.Client;

/// <summary>Reads the status of a call from headers ("trailers-only") or trailers.</summary>
static class GrpcResponse
{
    /// <exception cref="GrpcStatusException">No gRPC answer, or one that holds only a failure.</exception>
    public static void CheckHeaders(HttpResponseMessage response)
    {
        if ((int)response.StatusCode != 200) throw new GrpcStatusException(FromHttp((int)response.StatusCode), $"the server answered HTTP {(int)response.StatusCode}; is it an agent?");
        if (!GrpcHeader.IsGrpc(response.Content.Headers.ContentType?.MediaType)) throw new GrpcStatusException(GrpcStatusCode.Unknown, "the server does not speak gRPC; is it an agent?");
        if (First(response.Headers, GrpcHeader.Encoding) is { } encoding && encoding != GrpcHeader.Identity)
            throw new GrpcStatusException(GrpcStatusCode.Internal, $"the server answered with encoding '{encoding}', which was not asked for");
        if (First(response.Headers, GrpcHeader.Status) is { } status) Check(status, response.Headers);
    }

    /// <summary>Call it at the end of the body.</summary>
    /// <exception cref="GrpcStatusException">The status is not OK, or missing: then the connection was cut.</exception>
    public static void CheckTrailers(HttpResponseMessage response)
    {
        if (First(response.TrailingHeaders, GrpcHeader.Status) is { } status) Check(status, response.TrailingHeaders);
        else if (First(response.Headers, GrpcHeader.Status) is null)
            throw new GrpcStatusException(GrpcStatusCode.Unavailable, "the connection ended before the call did");
    }

    static void Check(string status, HttpHeaders headers)
    {
        if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code)) code = (int)GrpcStatusCode.Unknown;
        if (code == (int)GrpcStatusCode.Ok) return;
        var text = GrpcMessageText.Decode(First(headers, GrpcHeader.Message) ?? "");
        throw new GrpcStatusException(Enum.IsDefined((GrpcStatusCode)code) ? (GrpcStatusCode)code : GrpcStatusCode.Unknown, text);
    }

    static string? First(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>The table of the gRPC specification, "HTTP to gRPC Status Code Mapping".</summary>
    static GrpcStatusCode FromHttp(int status) => status switch
    {
        400 => GrpcStatusCode.Internal,
        401 => GrpcStatusCode.Unauthenticated,
        403 => GrpcStatusCode.PermissionDenied,
        404 => GrpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };
}
