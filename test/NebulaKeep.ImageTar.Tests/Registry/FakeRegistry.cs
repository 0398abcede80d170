using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar.Tests.Registry;

/// <summary>A registry in this process: checks digests, refuses manifests whose blobs are missing, and wants a login if it is told to.</summary>
sealed class FakeRegistry : HttpMessageHandler
{
    public const string Host = "registry.example:5000";
    const string Token = "t0ken";

    public Dictionary<string, byte[]> Blobs { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (byte[] Bytes, string Type)> Manifests { get; } = new(StringComparer.Ordinal);

    /// <summary>user:password; null lets everybody in.</summary>
    public string? Login { get; init; }

    /// <summary>Hands tokens out, instead of taking the login itself.</summary>
    public Uri? TokenService { get; init; }

    /// <summary>Where blobs are to be sent; relative to the registry if it is.</summary>
    public string UploadTo { get; init; } = "/upload/1?state=x";

    public int Uploads { get; private set; }

    /// <summary>Hosts that saw a login or a token.</summary>
    public HashSet<string> ShownTo { get; } = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (request.Headers.Authorization is not null) ShownTo.Add(address.Authority);
        var answer = address.GetLeftPart(UriPartial.Path) == TokenService?.GetLeftPart(UriPartial.Path) ? HandOut(request)
            : address.Authority == Host && !IsKnown(request) ? Challenge()
            : await AnswerAsync(request, address, cancellationToken);
        answer.RequestMessage = request;
        return answer;
    }

    bool IsKnown(HttpRequestMessage request) => Login is null || Equals(request.Headers.Authorization, TokenService is null ? Basic(Login) : new AuthenticationHeaderValue("Bearer", Token));

    static AuthenticationHeaderValue Basic(string login) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));

    HttpResponseMessage Challenge()
    {
        var answer = new HttpResponseMessage(HttpStatusCode.Unauthorized) { Content = new StringContent("who are you") };
        answer.Headers.WwwAuthenticate.Add(TokenService is null
            ? new AuthenticationHeaderValue("Basic", "realm=\"r\"")
            : new AuthenticationHeaderValue("Bearer", $"realm=\"{TokenService.GetLeftPart(UriPartial.Path)}\",service=\"the registry\",scope=\"repository:team/tool:pull,push\""));
        return answer;
    }

    HttpResponseMessage HandOut(HttpRequestMessage request)
    {
        var isRight = Equals(request.Headers.Authorization, Basic(Login!)) && request.RequestUri!.Query == "?service=the%20registry&scope=repository%3Ateam%2Ftool%3Apull%2Cpush";
        return isRight ? new HttpResponseMessage { Content = new StringContent(new JsonObject { ["token"] = Token }.ToJsonString(), Encoding.UTF8, "application/json") } : new HttpResponseMessage(HttpStatusCode.Forbidden);
    }

    async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, Uri address, CancellationToken cancellationToken)
    {
        var (method, last) = (request.Method.Method, address.Segments[^1]);
        if (address.AbsolutePath.Contains("/upload/", StringComparison.Ordinal)) return await TakeAsync(request, cancellationToken);
        return (method, address.AbsolutePath) switch
        {
            ("HEAD", _) => new HttpResponseMessage(Blobs.ContainsKey(last) ? HttpStatusCode.OK : HttpStatusCode.NotFound),
            ("POST", "/v2/team/tool/blobs/uploads/") => new HttpResponseMessage(HttpStatusCode.Accepted) { Headers = { Location = new Uri(UploadTo, UriKind.RelativeOrAbsolute) } },
            ("PUT", _) when address.AbsolutePath.StartsWith("/v2/team/tool/manifests/", StringComparison.Ordinal) => await KeepAsync(request, last, cancellationToken),
            _ => new HttpResponseMessage(HttpStatusCode.MethodNotAllowed),
        };
    }

    async Task<HttpResponseMessage> TakeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var bytes = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (request.RequestUri!.Query != $"?state=x&digest={Uri.EscapeDataString(digest)}") return new HttpResponseMessage(HttpStatusCode.BadRequest);
        Blobs[digest] = bytes;
        Uploads++;
        return new HttpResponseMessage(HttpStatusCode.Created);
    }

    async Task<HttpResponseMessage> KeepAsync(HttpRequestMessage request, string tag, CancellationToken cancellationToken)
    {
        var bytes = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var manifest = JsonNode.Parse(bytes)!;
        var missing = manifest["layers"]!.AsArray().Append(manifest["config"]).Any(blob => !Blobs.ContainsKey(blob!["digest"]!.GetValue<string>()));
        if (missing) return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("MANIFEST_BLOB_UNKNOWN") };
        Manifests[tag] = (bytes, request.Content.Headers.ContentType!.MediaType!);
        return new HttpResponseMessage(HttpStatusCode.Created);
    }
}
