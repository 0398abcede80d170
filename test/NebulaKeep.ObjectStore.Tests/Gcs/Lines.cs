using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using NebulaKeep.ObjectStore.Streams;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Scripts for an emulator behind a bad line, or that lies.</summary>
static class Lines
{
    /// <summary>The line breaks after so many bytes of the request's body have reached the server.</summary>
    public static Func<HttpContext, Task> CutAfter(this GcsEmulator server, int bytes) => async context =>
    {
        context.Request.Body = new DamagedStream(context.Request.Body) { BreakAt = bytes };
        await Should.ThrowAsync<IOException>(server.ServeAsync(context));
        context.Abort();
    };

    /// <summary>The server keeps only so many bytes of the request's body, and says so.</summary>
    public static Func<HttpContext, Task> KeepOnly(this GcsEmulator server, int bytes) => async context =>
    {
        var whole = context.Request.Body;
        context.Request.Body = new DamagedStream(whole) { EndAt = bytes };
        await server.ServeAsync(context);
        await whole.CopyToAsync(Stream.Null);
    };

    /// <summary>One bit of the request's body arrives changed.</summary>
    public static Func<HttpContext, Task> Corrupt(this GcsEmulator server, int at) => context =>
    {
        context.Request.Body = new DamagedStream(context.Request.Body) { CorruptAt = at };
        return server.ServeAsync(context);
    };

    /// <summary>The server does what it was asked, and the answer is lost.</summary>
    public static Func<HttpContext, Task> LoseAnswer(this GcsEmulator server) => async context =>
    {
        await AnswerOf(server, context);
        context.Abort();
    };

    /// <summary>The server does what it was asked, and says something else.</summary>
    public static Func<HttpContext, Task> Lie(this GcsEmulator server, Action<JsonObject> change) => async context =>
    {
        var answer = (JsonObject)JsonNode.Parse(await AnswerOf(server, context))!;
        change(answer);
        await context.Response.WriteAsync(answer.ToJsonString());
    };

    static async Task<byte[]> AnswerOf(GcsEmulator server, HttpContext context)
    {
        var body = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await server.ServeAsync(context);
        context.Response.Body = body;
        return kept.ToArray();
    }

    sealed class DamagedStream(Stream inner) : ReadOnlyStream
    {
        long position;

        public long BreakAt { get; init; } = long.MaxValue;

        public long EndAt { get; init; } = long.MaxValue;

        public long CorruptAt { get; init; } = -1;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (position >= BreakAt) throw new IOException("the line broke, as planned");
            var count = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Math.Min(BreakAt, EndAt) - position)], cancellationToken);
            if (CorruptAt >= position && CorruptAt < position + count) buffer.Span[(int)(CorruptAt - position)] ^= 1;
            position += count;
            return count;
        }
    }
}
