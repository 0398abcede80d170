using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>
/// A body of two parts, JSON and content. Takes what Google's own clients send: single quotes around the boundary and bare line feeds
/// (gcloud), which ASP.NET's reader refuses.
/// </summary>
static partial class MultipartRelated
{
    public static (JsonObject Asked, string? ContentType, byte[] Content)? Parse(byte[] body, string? contentType)
    {
        var boundary = Boundary().Match(contentType ?? "");
        if (!boundary.Success) return null;
        var separator = Encoding.ASCII.GetBytes("--" + boundary.Groups["value"].Value.Trim('"', '\''));
        var first = body.AsSpan().IndexOf(separator);
        var second = first < 0 ? -1 : Next(body, separator, first + separator.Length);
        var end = second < 0 ? -1 : body.AsSpan().LastIndexOf(separator);
        if (end <= second) return null;
        var (_, json) = Part(body.AsSpan(first + separator.Length, second - first - separator.Length));
        var (headers, content) = Part(body.AsSpan(second + separator.Length, end - second - separator.Length));
        return ((JsonObject)JsonNode.Parse(json)!, ContentType().Match(headers) is { Success: true } type ? type.Groups["value"].Value.Trim() : null, content);
    }

    static int Next(byte[] body, byte[] separator, int from)
    {
        var at = body.AsSpan(from).IndexOf(separator);
        return at < 0 ? -1 : from + at;
    }

    // Headers, an empty line, the content, and one line end that belongs to the boundary.
    static (string Headers, byte[] Content) Part(ReadOnlySpan<byte> part)
    {
        var (crlf, lf) = (part.IndexOf("\r\n\r\n"u8), part.IndexOf("\n\n"u8));
        var bare = lf >= 0 && (crlf < 0 || lf < crlf);
        var headers = Encoding.ASCII.GetString(part[..(bare ? lf : Math.Max(crlf, 0))]);
        var content = part[(bare ? lf + 2 : crlf + 4)..];
        return (headers, content[..^(content.EndsWith("\r\n"u8) ? 2 : 1)].ToArray());
    }

    [GeneratedRegex("boundary=(?<value>[^;]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex("^content-type:(?<value>.+)$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ContentType();
}
