using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace NebulaKeep.Testing.Stores.Gcs;

/// <summary>Pages of a listing, with folders where a delimiter is given.</summary>
static class GcsListing
{
    const int LongestPage = 1000;

    public static JsonObject Page(HttpContext context, string bucket, IReadOnlyList<GcsEntry> all)
    {
        var query = context.Request.Query;
        var (prefix, delimiter, token) = (query["prefix"].ToString(), query["delimiter"].ToString(), query["pageToken"].ToString());
        var most = int.TryParse(query["maxResults"], out var asked) ? Math.Clamp(asked, 1, LongestPage) : LongestPage;
        var after = token.Length == 0 ? null : Encoding.UTF8.GetString(Convert.FromBase64String(token));
        var found = all.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => (Shown: Shown(entry.Name, prefix, delimiter), Entry: entry))
            .DistinctBy(item => item.Shown)
            .Where(item => after is null || GcsBuckets.Utf8Order.Compare(item.Shown, after) > 0)
            .Take(most + 1).ToList();
        var page = found.Take(most).ToList();
        var answer = new JsonObject { ["kind"] = "storage#objects" };
        var items = page.Where(item => item.Shown == item.Entry.Name).Select(item => (JsonNode?)GcsAnswers.Describe(context, bucket, item.Entry)).ToArray();
        var folders = page.Where(item => item.Shown != item.Entry.Name).Select(item => (JsonNode?)item.Shown).ToArray();
        if (items.Length > 0) answer["items"] = new JsonArray(items);
        if (folders.Length > 0) answer["prefixes"] = new JsonArray(folders);
        if (found.Count > most) answer["nextPageToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Shown));
        return answer;
    }

    static string Shown(string name, string prefix, string delimiter)
    {
        var end = delimiter.Length == 0 ? -1 : name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return end < 0 ? name : name[..(end + delimiter.Length)];
    }
}
