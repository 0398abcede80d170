using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Sends single requests: each in bounded time, again after transient failures, with failures in this project's words.</summary>
sealed partial class S3Connection : IDisposable
{
    readonly S3Clients clients;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly ResiliencePipeline retry;
    volatile bool bucketSeen;

    public S3Connection(S3Target target, S3Settings settings, S3Limits limits, ILogger log, TimeProvider clock)
    {
        Target = target;
        Limits = limits;
        this.log = log;
        this.clock = clock;
        clients = new S3Clients(settings, target, limits, clock);
        retry = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(Retries()).Build();
    }

    public S3Target Target { get; }

    public S3Limits Limits { get; }

    /// <summary>Sends with retries; what fails for good is an <see cref="ObjectStoreException"/>.</summary>
    public async Task<T> CallAsync<T>(string doing, TimeSpan timeout, Func<IAmazonS3, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(timeout, send, cancellationToken);
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw S3Errors.Translate(error, Target, doing);
        }
    }

    /// <summary>Sends with retries and throws what the SDK throws, for callers that know an answer's meaning.</summary>
    public async Task<T> SendAsync<T>(TimeSpan timeout, Func<IAmazonS3, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        var client = await clients.GetAsync(cancellationToken);
        var answer = await retry.ExecuteAsync(async token => await TryOnceAsync(client, timeout, send, token), cancellationToken);
        bucketSeen = true;
        return answer;
    }

    /// <summary>What the server says of an object; null where there is none, and a failure where there is no bucket.</summary>
    public async Task<GetObjectMetadataResponse?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = Target.Bucket, Key = Target.Keys.FullKey(key) };
        try
        {
            return await SendAsync(Limits.RequestTimeout, (s3, token) => LookAsync(s3, request, token), cancellationToken);
        }
        catch (AmazonServiceException error) when (error.StatusCode == HttpStatusCode.NotFound && bucketSeen)
        {
            return null;
        }
        catch (AmazonServiceException error)
        {
            await ExplainAsync(key, cancellationToken);
            if (error.StatusCode == HttpStatusCode.NotFound) return null;
            throw S3Errors.Translate(error, Target, $"Looking at '{key}'");
        }
        catch (Exception error) when (IsOurs(error))
        {
            throw S3Errors.Translate(error, Target, $"Looking at '{key}'");
        }
    }

    /// <summary>An answer that says success and is none of S3's: something stands in between. It may pass.</summary>
    /// <param name="asked">What was asked for.</param>
    public ObjectStoreException NotS3(string asked) =>
        new(StoreFailure.Unavailable, $"What answers at {Target.Server} does not speak S3: asked for {asked} in {Target.Location}, it says success and nothing else. Check the endpoint and proxies on the way.");

    public void Dispose() => clients.Dispose();

    static bool IsOurs(Exception error) => error is not OperationCanceledException and not ObjectStoreException;

    // The answer to HEAD has no body and so no reason: a listing of one key is refused for the same reason, and names it.
    Task<ListObjectsV2Response> ExplainAsync(string key, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = Target.Bucket, Prefix = Target.Keys.FullKey(key), MaxKeys = 1 };
        return CallAsync($"Looking at '{key}'", Limits.RequestTimeout, (s3, token) => s3.ListObjectsV2Async(request, token), cancellationToken);
    }

    async Task<GetObjectMetadataResponse> LookAsync(IAmazonS3 s3, GetObjectMetadataRequest request, CancellationToken cancellationToken)
    {
        var answer = await s3.GetObjectMetadataAsync(request, cancellationToken);
        return string.IsNullOrEmpty(answer.ETag) ? throw NotS3("an object's size") : answer;
    }

    async Task<T> TryOnceAsync<T>(IAmazonS3 client, TimeSpan timeout, Func<IAmazonS3, CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await send(client, either.Token);
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

    RetryStrategyOptions Retries() => new()
    {
        MaxRetryAttempts = Limits.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = Limits.FirstDelay,
        MaxDelay = Limits.LongestDelay,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is { } error and not OperationCanceledException && S3Errors.ShouldRetry(error)),
        OnRetry = args =>
        {
            LogRetry(log, Target.Location, args.AttemptNumber + 1, args.RetryDelay.TotalMilliseconds, Target.Redact(args.Outcome.Exception?.Message ?? ""));
            return ValueTask.CompletedTask;
        },
    };

    [LoggerMessage(1, LogLevel.Warning, "Try {Attempt} of a request to {Location} failed, the next follows in {Delay:0} ms: {Reason}")]
    static partial void LogRetry(ILogger log, string location, int attempt, double delay, string reason);
}
