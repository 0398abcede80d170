using System.Text.Json;
using NebulaKeep.ObjectStore.Network;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>Reads refusals, of which a server may send anything.</summary>
static class GcsRefusals
{
    const int MaxBodyBytes = 64 << 10;
    const int MaxReason = 60;

    public static async Task<GcsRefusedException> ReadAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        var body = await BoundedContent.ReadUpToAsync(response.Content, MaxBodyBytes, cancellationToken);
        var detail = Parse(body);
        var reason = detail?.Errors is [{ Reason: { } word }, ..] ? word : "";
        var message = detail?.Message ?? response.ReasonPhrase ?? "";
        return new GcsRefusedException(response.StatusCode, IsWord(reason) ? reason : "", message, RetryAfter(response, clock));
    }

    // Proxies and load balancers in between answer with pages, and an error in an upload is plain text.
    static GcsErrorDetail? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GcsJson.Default.GcsErrorBody)?.Error;
        }
        catch (JsonException)
        {
            var text = System.Text.Encoding.UTF8.GetString(body).Trim();
            return text.Length == 0 || text.StartsWith('<') ? null : new GcsErrorDetail { Message = text };
        }
    }

    static bool IsWord(string reason) => reason.Length <= MaxReason && reason.All(char.IsAsciiLetterOrDigit);

    static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
