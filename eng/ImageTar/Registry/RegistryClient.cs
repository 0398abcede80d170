using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar.Registry;

/// <summary>Pushes an image (OCI distribution-spec: blobs that are missing, then the manifest under its tag).</summary>
/// <param name="http">Sends; what it reads into memory must be bounded by <see cref="HttpClient.MaxResponseContentBufferSize"/>.</param>
/// <param name="name">Where to.</param>
/// <param name="login">Who; null where anybody may.</param>
/// <param name="scheme">https, or http for a registry on a network that is trusted.</param>
sealed class RegistryClient(HttpClient http, ImageName name, RegistryLogin? login, string scheme)
{
    readonly Uri root = new($"{scheme}://{(name.Registry == "docker.io" ? "registry-1.docker.io" : name.Registry)}/v2/{name.Repository}/");
    AuthenticationHeaderValue? authorization;

    /// <summary>Pushes everything that is not there yet.</summary>
    /// <exception cref="HttpRequestException">The registry cannot be reached or refuses; the message says what.</exception>
    public async Task PushAsync(ImageLayout image, CancellationToken cancellationToken)
    {
        foreach (var (digest, file) in image.Blobs)
            if (!await HasAsync(digest, cancellationToken)) await UploadAsync(digest, file, cancellationToken);
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, new Uri(root, $"manifests/{name.Tag}")) { Content = Bytes(new MemoryStream(image.Manifest), image.ManifestType) }, cancellationToken);
        await ExpectAsync(answer, HttpStatusCode.Created, cancellationToken);
    }

    async Task<bool> HasAsync(string digest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Head, new Uri(root, $"blobs/{digest}")), cancellationToken);
        if (answer.StatusCode != HttpStatusCode.NotFound) await ExpectAsync(answer, HttpStatusCode.OK, cancellationToken);
        return answer.StatusCode == HttpStatusCode.OK;
    }

    async Task UploadAsync(string digest, string file, CancellationToken cancellationToken)
    {
        using var begun = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri(root, "blobs/uploads/")), cancellationToken);
        await ExpectAsync(begun, HttpStatusCode.Accepted, cancellationToken);
        var place = new UriBuilder(new Uri(root, begun.Headers.Location ?? throw new HttpRequestException($"{name.Registry} does not say where to upload to")));
        place.Query = $"{place.Query.TrimStart('?')}{(place.Query.Length > 1 ? "&" : "")}digest={Uri.EscapeDataString(digest)}";
        using var ended = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, place.Uri) { Content = Bytes(File.OpenRead(file), "application/octet-stream") }, cancellationToken);
        await ExpectAsync(ended, HttpStatusCode.Created, cancellationToken);
    }

    async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var answer = await SendOnceAsync(make, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return answer;
        using (answer) authorization = await AuthorizeAsync(answer.Headers.WwwAuthenticate, cancellationToken);
        return await SendOnceAsync(make, cancellationToken);
    }

    async Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        using var request = make();
        // An upload may be led to a store elsewhere, which is no one to show a login to.
        if (request.RequestUri!.Authority == root.Authority && request.RequestUri.Scheme == root.Scheme) request.Headers.Authorization = authorization;
        return await http.SendAsync(request, cancellationToken);
    }

    async Task<AuthenticationHeaderValue?> AuthorizeAsync(IEnumerable<AuthenticationHeaderValue> challenges, CancellationToken cancellationToken)
    {
        if (challenges.Select(BearerChallenge.Read).FirstOrDefault(challenge => challenge is not null) is not { } bearer) return login?.Basic;
        if (bearer.TokenAddress.Scheme != root.Scheme && root.Scheme == "https") throw new HttpRequestException($"{name.Registry} wants the login to be shown without TLS at {bearer.TokenAddress.Host}");
        using var request = new HttpRequestMessage(HttpMethod.Get, bearer.TokenAddress);
        request.Headers.Authorization = login?.Basic;
        using var answer = await http.SendAsync(request, cancellationToken);
        await ExpectAsync(answer, HttpStatusCode.OK, cancellationToken);
        var token = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        var value = (token?["token"] ?? token?["access_token"])?.GetValue<string>();
        return new AuthenticationHeaderValue("Bearer", value ?? throw new HttpRequestException($"{bearer.TokenAddress.Host} gives no token"));
    }

    static StreamContent Bytes(Stream content, string type) => new(content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    static async Task ExpectAsync(HttpResponseMessage answer, HttpStatusCode wanted, CancellationToken cancellationToken)
    {
        if (answer.StatusCode == wanted) return;
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        throw new HttpRequestException($"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path)}: {(int)answer.StatusCode} {text[..Math.Min(text.Length, 300)]}".TrimEnd());
    }
}
