using System.Text.Json;

namespace NebulaKeep.Operator.Tests.Scale;

/// <summary>What the operator asked for, counted by the API server: its audit log, from where the last look ended.</summary>
sealed class ApiServerAudit(string log)
{
    long seen;

    /// <summary>All requests since the last look.</summary>
    public async Task<IReadOnlyList<AuditedRequest>> NextAsync()
    {
        await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = seen;
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        seen += System.Text.Encoding.UTF8.GetByteCount(whole);
        // A watch is told twice, when it begins and when it ends.
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read).Where(request => request.Verb != "watch" || request.Stage == "ResponseStarted")];
    }

    static AuditedRequest Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var resource = root.TryGetProperty("objectRef", out var target) && target.TryGetProperty("resource", out var plural) ? plural.GetString()! : "(none)";
        if (resource != "(none)" && target.TryGetProperty("subresource", out var part)) resource += $"/{part.GetString()}";
        return new AuditedRequest(root.GetProperty("verb").GetString()!, resource, root.GetProperty("stage").GetString()!, root.GetProperty("requestURI").GetString()!);
    }
}

/// <summary>One request, with verb and resource as RBAC names them.</summary>
sealed record AuditedRequest(string Verb, string Resource, string Stage, string Uri)
{
    /// <summary>It begins to read a whole kind; further pages of that list do not.</summary>
    public bool BeginsList => Verb == "list" && !Uri.Contains("&continue=", StringComparison.Ordinal);

    /// <summary>How often each verb and resource was asked for, most first.</summary>
    public static string Table(IEnumerable<AuditedRequest> requests) => string.Join(", ", requests
        .CountBy(request => $"{request.Verb} {request.Resource}", StringComparer.Ordinal)
        .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
        .Select(count => $"{count.Value} {count.Key}"));
}
