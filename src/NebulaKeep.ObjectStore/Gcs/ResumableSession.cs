using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>What the server says to a piece of an upload, or when asked how much it has.</summary>
/// <param name="Stored">Bytes that it has for good.</param>
/// <param name="Object">The object, once the upload is complete.</param>
sealed record UploadState(long Stored, GcsObject? Object);

/// <summary>
/// One resumable upload (cloud.google.com/storage/docs/resumable-uploads): pieces at offsets, each answered by 308 with what is
/// stored so far, the last by the object. The address holds its own right to write: it is never logged.
/// </summary>
sealed partial class ResumableSession(GcsConnection connection, Uri address, string key, ILogger log, TimeProvider clock)
{
    /// <summary>Google's answer to giving an upload up: the client closed the request.</summary>
    const int ClientClosed = 499;

    /// <summary>Begins an upload.</summary>
    public static async Task<ResumableSession> BeginAsync(GcsConnection connection, string key, PutCondition condition, ILogger log, TimeProvider clock, CancellationToken cancellationToken)
    {
        var doing = $"Beginning '{key}'";
        var asked = new GcsNewObject(connection.Target.Keys.FullKey(key), "application/octet-stream", null, null);
        var begin = connection.Target.Uploads(("uploadType", "resumable"), ("fields", GcsObject.Fields), ("ifGenerationMatch", condition == PutCondition.CreateOnly ? "0" : null));
        try
        {
            var location = await connection.SendAsync(connection.Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Post, begin) { Content = GcsContent.Json(asked) }, LocationAsync, cancellationToken);
            return new ResumableSession(connection, connection.Target.Session(location), key, log, clock);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.PreconditionFailed)
        {
            throw Failures.AlreadyExists(connection.Target.Location, key);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            throw connection.NoBucket(doing);
        }
        catch (Exception error) when (GcsConnection.IsOurs(error))
        {
            throw GcsErrors.Translate(error, connection, doing);
        }
    }

    /// <summary>Sends bytes that begin at an offset, in one try.</summary>
    /// <param name="bytes">May be none where the server has all and is to complete the object.</param>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="end">Null: more follows. Else the whole length, and the CRC-32C of all, which the server checks before there is an object.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<UploadState> SendAsync(ReadOnlyMemory<byte> bytes, long offset, (long Length, uint Crc)? end, CancellationToken cancellationToken) =>
        connection.TryOnceAsync(connection.Limits.TimeoutFor(bytes.Length), () =>
        {
            var content = GcsContent.Bytes(bytes);
            content.Headers.ContentRange = (bytes.Length, end) switch
            {
                (0, { } known) => new ContentRangeHeaderValue(known.Length),
                (_, { } known) => new ContentRangeHeaderValue(offset, offset + bytes.Length - 1, known.Length),
                _ => new ContentRangeHeaderValue(offset, offset + bytes.Length - 1),
            };
            var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = content };
            if (end is { } last) request.Headers.Add(GcsChecksum.Header, "crc32c=" + GcsChecksum.Text(last.Crc));
            return request;
        }, StateAsync, cancellationToken);

    /// <summary>Asks how much the server has, in one try.</summary>
    public Task<UploadState> AskAsync(CancellationToken cancellationToken) =>
        connection.TryOnceAsync(connection.Limits.RequestTimeout, () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent([]) };
            request.Content.Headers.TryAddWithoutValidation("Content-Range", "bytes */*");
            return request;
        }, StateAsync, cancellationToken);

    /// <summary>Gives the upload up. Has its own time: the caller's may be over, and a session left alone lives for a week.</summary>
    public async Task AbortAsync()
    {
        using var deadline = new CancellationTokenSource(connection.Limits.AbortTimeout, clock);
        try
        {
            await connection.TryOnceAsync(connection.Limits.AbortTimeout, () => new HttpRequestMessage(HttpMethod.Delete, address), GcsDeleter.NothingAsync, deadline.Token);
        }
        catch (GcsRefusedException error) when ((int)error.Status is ClientClosed or 404 or 410)
        {
            LogAborted(log, key, connection.Target.Location, (int)error.Status);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogNotAborted(log, key, connection.Target.Location, connection.Redact(error.Message));
        }
    }

    static Task<Uri?> LocationAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using (answer) return Task.FromResult(answer.Headers.Location);
    }

    async Task<UploadState> StateAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != HttpStatusCode.PermanentRedirect)
        {
            var stored = await GcsConnection.ReadAsync(answer, GcsJson.Default.GcsObject, cancellationToken);
            return new UploadState(stored.Size, stored);
        }

        using (answer) return new UploadState(UploadRange.Stored(answer.Headers.TryGetValues("Range", out var values) ? values.FirstOrDefault() : null)
            ?? throw new ObjectStoreException(StoreFailure.Other, $"{connection.Target.Server} does not say how much it has of '{key}': it cannot be used."), null);
    }

    [LoggerMessage(3, LogLevel.Debug, "The failed upload of {Key} to {Location} is given up ({Status})")]
    static partial void LogAborted(ILogger log, string key, string location, int status);

    [LoggerMessage(4, LogLevel.Warning, "The failed upload of {Key} to {Location} could not be given up; the server forgets it after a week: {Reason}")]
    static partial void LogNotAborted(ILogger log, string key, string location, string reason);
}

/// <summary>The Range header of a 308: <c>bytes=0-N</c>.</summary>
static class UploadRange
{
    /// <summary>How many bytes are stored: none where there is no header; null where it says something else.</summary>
    public static long? Stored(string? header)
    {
        if (header is null) return 0;
        const string start = "bytes=0-";
        return header.StartsWith(start, StringComparison.Ordinal) && long.TryParse(header.AsSpan(start.Length), System.Globalization.NumberStyles.None, null, out var last) && last < long.MaxValue
            ? last + 1
            : null;
    }
}
