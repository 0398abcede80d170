using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using NebulaKeep.ObjectStore.Gcs.Credentials;
using NebulaKeep.ObjectStore.Network;
using Polly;
using Polly.Retry;

namespace NebulaKeep.ObjectStore.Gcs;

/// <summary>
/// Sends single requests: each with a valid token and in bounded time, again after transient failures, with failures in this
/// project's words.
/// </summary>
sealed partial class GcsConnection : IDisposable
{
    /// <summary>A page of a thousand objects with the longest keys, all escaped, is below it.</summary>
    const int MaxAnswerBytes = 16 << 20;

    readonly TimeProvider clock;
    readonly ILogger log;
    readonly AccessTokens tokens;
    readonly HttpClient http;
    readonly ResiliencePipeline retry;
    volatile bool bucketSeen;

    public GcsConnection(GcsTarget target, GcsSettings settings, GcsLimits limits, Func<string, string?> environment, ILogger log, TimeProvider clock)
    {
        (Target, Limits, this.log, this.clock) = (target, limits, log, clock);
        var trust = string.IsNullOrWhiteSpace(settings.CaPem) ? null : TrustedRoots.PolicyBesidesSystem(settings.CaPem, "Google Cloud Storage");
        tokens = new AccessTokens(new CredentialSearch(settings, environment), trust, target.Location, limits, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (trust is not null) handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        retry = Retries(limits.Retries, GcsErrors.ShouldSendAgain);
    }

    public GcsTarget Target { get; }

    public GcsLimits Limits { get; }

    public string Redact(string text) => tokens.Redact(text);

    /// <summary>Sends with retries and throws refusals as they are, for callers that know an answer's meaning.</summary>
    /// <param name="timeout">Of one try.</param>
    /// <param name="request">Makes the request, anew for each try.</param>
    /// <param name="read">Reads the answer, within the same time. Owns it where it keeps it; else it is disposed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<T> SendAsync<T>(TimeSpan timeout, Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        await retry.ExecuteAsync(async token => await TryOnceAsync(timeout, request, read, token), cancellationToken);

    /// <summary>One try.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<T> TryOnceAsync<T>(TimeSpan timeout, Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var answer = await AnswerAsync(request, either.Token);
            bucketSeen = true;
            return await read(answer, either.Token);
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("Cancelled.", error, cancellationToken);
        }
        catch (Exception error) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {timeout.TotalSeconds:0} s", error);
        }
    }

    /// <summary>Tries again while a failure is transient and <paramref name="mayRetry"/> agrees, waiting longer each time.</summary>
    public ResiliencePipeline Retrying(Func<bool> mayRetry) => Retries(int.MaxValue, error => GcsErrors.ShouldRetry(error) && mayRetry());

    /// <summary>What the server says of an object; null where there is none, and a failure where there is no bucket.</summary>
    public async Task<GcsObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var doing = $"Looking at '{key}'";
        try
        {
            return await SendAsync(Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Get, Target.Object(key, ("fields", GcsObject.Fields))),
                (answer, token) => ReadAsync(answer, GcsJson.Default.GcsObject, token), cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            await RequireBucketAsync(doing, cancellationToken);
            return null;
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw GcsErrors.Translate(error, this, doing);
        }
    }

    /// <summary>After "not found", which Google says of an object as of its bucket: a listing says which.</summary>
    /// <exception cref="ObjectStoreException"><see cref="StoreFailure.RootNotFound"/>.</exception>
    public async Task RequireBucketAsync(string doing, CancellationToken cancellationToken)
    {
        if (bucketSeen) return;
        try
        {
            await SendAsync(Limits.RequestTimeout, () => new HttpRequestMessage(HttpMethod.Get, Target.Objects(("maxResults", "1"), ("fields", "nextPageToken"))),
                (answer, token) => ReadAsync(answer, GcsJson.Default.GcsPage, token), cancellationToken);
        }
        catch (GcsRefusedException error) when (error.Status == HttpStatusCode.NotFound)
        {
            throw NoBucket(doing);
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw GcsErrors.Translate(error, this, doing);
        }
    }

    public ObjectStoreException NoBucket(string doing) =>
        new(StoreFailure.RootNotFound, $"{doing} in {Target.Location} at {Target.Server} failed: the bucket does not exist. Create it, or correct its name.");

    /// <summary>An answer's JSON.</summary>
    public static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using (answer)
        {
            try
            {
                var body = await BoundedContent.ReadAsync(answer.Content, MaxAnswerBytes, cancellationToken);
                return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("nothing");
            }
            catch (Exception error) when (error is JsonException or InvalidDataException)
            {
                throw new ObjectStoreException(StoreFailure.Other, $"The answer of {answer.RequestMessage?.RequestUri?.Authority} is not what Google Cloud Storage says: it cannot be used as a store. Check the endpoint.");
            }
        }
    }

    public void Dispose()
    {
        http.Dispose();
        tokens.Dispose();
    }

    /// <summary>True for failures that are still to be put into this project's words.</summary>
    public static bool IsOurs(Exception error) => error is not OperationCanceledException and not ObjectStoreException;

    async Task<HttpResponseMessage> AnswerAsync(Func<HttpRequestMessage> request, CancellationToken cancellationToken)
    {
        for (var renewed = false; ; renewed = true)
        {
            var token = await tokens.GetAsync(cancellationToken);
            using var message = request();
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.PermanentRedirect) return answer;
            using (answer)
            {
                // It may have ended before its time: revoked, or the clock of one side is wrong.
                if (answer.StatusCode == HttpStatusCode.Unauthorized && !renewed && await tokens.RenewAsync(token, cancellationToken)) continue;
                throw await GcsRefusals.ReadAsync(answer, clock, cancellationToken);
            }
        }
    }

    ResiliencePipeline Retries(int attempts, Func<Exception, bool> shouldRetry)
    {
        var options = new RetryStrategyOptions
        {
            MaxRetryAttempts = attempts,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = Limits.FirstDelay,
            MaxDelay = Limits.LongestDelay,
            ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } error and not OperationCanceledException && shouldRetry(error)),
            DelayGenerator = args => ValueTask.FromResult(AskedDelay(args.Outcome.Exception)),
            OnRetry = args =>
            {
                LogRetry(log, Target.Location, args.AttemptNumber + 1, args.RetryDelay.TotalMilliseconds, Redact(args.Outcome.Exception?.Message ?? ""));
                return ValueTask.CompletedTask;
            },
        };
        return new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(options).Build();
    }

    // Null: the strategy's own delay.
    TimeSpan? AskedDelay(Exception? error) => GcsErrors.RetryAfter(error) is { } asked
        ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, 0, Limits.LongestRetryAfter.Ticks))
        : null;

    [LoggerMessage(1, LogLevel.Warning, "Try {Attempt} of a request to {Location} failed, the next follows in {Delay:0} ms: {Reason}")]
    static partial void LogRetry(ILogger log, string location, int attempt, double delay, string reason);
}
