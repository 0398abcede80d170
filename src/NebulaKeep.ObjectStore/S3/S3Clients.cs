using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>
/// Makes the SDK's client at the first call: credentials from the settings, else from environment, profile, web identity or
/// instance metadata, which are asked in bounded time and asked again after a failure.
/// </summary>
sealed class S3Clients(S3Settings settings, S3Target target, S3Limits limits, TimeProvider clock) : IDisposable
{
    readonly S3HttpClientFactory http = new(settings.CaPem);
    readonly SemaphoreSlim gate = new(1, 1);
    AmazonS3Client? client;

    /// <exception cref="ObjectStoreException">No credentials, or no region.</exception>
    public async ValueTask<IAmazonS3> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref client) is { } made) return made;
        await gate.WaitAsync(cancellationToken);
        try
        {
            return client ??= Make(await CredentialsAsync(cancellationToken));
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose()
    {
        client?.Dispose();
        http.Dispose();
        gate.Dispose();
    }

    /// <summary>Refuses settings that can never work, before anything is sent.</summary>
    /// <exception cref="NebulaKeepException">A key without its secret, or an unknown encryption.</exception>
    public static void Check(S3Settings settings)
    {
        if (string.IsNullOrEmpty(settings.AccessKey) != settings.SecretKey is null)
            throw new NebulaKeepException("S3 needs access key and secret key together: give both, or neither to take them from environment, profile or workload identity.");
        if (settings.ServerSideEncryption is not (null or "" or "AES256" or "aws:kms"))
            throw new NebulaKeepException($"'{settings.ServerSideEncryption}' is no server-side encryption: use AES256 or aws:kms.");
        if (!string.IsNullOrEmpty(settings.KmsKeyId) && settings.ServerSideEncryption != "aws:kms")
            throw new NebulaKeepException("A KMS key id needs the server-side encryption aws:kms.");
    }

    async Task<AWSCredentials> CredentialsAsync(CancellationToken cancellationToken)
    {
        if (settings.SecretKey is { } secret && settings.AccessKey is { } access)
            return settings.SessionToken is { } token ? new SessionAWSCredentials(access, secret.Reveal(), token.Reveal()) : new BasicAWSCredentials(access, secret.Reveal());
        try
        {
            return await Task.Run(FindAsync, cancellationToken).WaitAsync(limits.CredentialsTimeout, clock, cancellationToken);
        }
        catch (Exception error) when (error is AmazonClientException or AmazonServiceException or TimeoutException or HttpRequestException or IOException or InvalidOperationException)
        {
            throw new ObjectStoreException(StoreFailure.Unauthenticated, $"No credentials for {target.Location} were found: give access key and secret key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a workload identity. ({target.Redact(error.Message)})");
        }
    }

    static async Task<AWSCredentials> FindAsync()
    {
        var found = await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync();
        await found.GetCredentialsAsync();
        return found;
    }

    AmazonS3Client Make(AWSCredentials credentials)
    {
        try
        {
            return new AmazonS3Client(credentials, Config());
        }
        catch (AmazonClientException error)
        {
            throw new ObjectStoreException(StoreFailure.Other, $"{target.Location} cannot be reached: no region is known. Give the region, or an endpoint. ({target.Redact(error.Message)})");
        }
    }

    // Retries are ours: the SDK's would hide how often a create-only put was sent.
    AmazonS3Config Config()
    {
        var config = new AmazonS3Config
        {
            HttpClientFactory = http,
            ForcePathStyle = target.PathStyle,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 0,
            ThrottleRetries = false,
            AllowAutoRedirect = false,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (target.Endpoint is { } url)
        {
            config.ServiceURL = url;
            config.AuthenticationRegion = string.IsNullOrEmpty(settings.Region) ? "us-east-1" : settings.Region;
        }
        else if (!string.IsNullOrEmpty(settings.Region))
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        return config;
    }
}
