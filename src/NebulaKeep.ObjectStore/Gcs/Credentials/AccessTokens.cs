using System.Security.Cryptography.X509Certificates;
using Google.Apis.Auth.OAuth2.Responses;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>
/// The tokens of a store: finds credentials at the first call and again after a failure, in bounded time, and words what the library
/// and Google's servers say of them.
/// </summary>
sealed class AccessTokens(CredentialSearch search, X509ChainPolicy? trust, string location, GcsLimits limits, TimeProvider clock) : IDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    readonly TokenClientFactory overProxy = new(trust, direct: false);
    readonly TokenClientFactory direct = new(trust, direct: true);
    CredentialSource? found;
    TokenSource? source;
    volatile string? last;

    /// <exception cref="ObjectStoreException">There are no credentials, or no token for them.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        var tokens = await SourceAsync(cancellationToken);
        return last = await BoundedAsync(tokens.GetAsync, cancellationToken);
    }

    /// <summary>After a server refused a token: true where there is another one now.</summary>
    public async Task<bool> RenewAsync(string refused, CancellationToken cancellationToken)
    {
        var tokens = await SourceAsync(cancellationToken);
        await gate.WaitAsync(cancellationToken);
        try
        {
            // Of many requests that were refused together, one renews.
            return await BoundedAsync(tokens.GetAsync, cancellationToken) != refused || await BoundedAsync(tokens.RenewAsync, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Takes what a server may have repeated of our secrets out of a text for messages.</summary>
    public string Redact(string text)
    {
        // Before it is cut: a part of a token is too much.
        return SecretText.Strip(last is { } token ? text.Replace(token, "***", StringComparison.Ordinal) : text);
    }

    public void Dispose()
    {
        overProxy.Dispose();
        direct.Dispose();
        gate.Dispose();
    }

    async Task<TokenSource> SourceAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref source) is { } made) return made;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (source is not null) return source;
            found = search.Find();
            return source = TokenSource.Of(found, found is CredentialSource.Metadata ? direct : overProxy);
        }
        catch (Exception error) when (error is not OperationCanceledException and not ObjectStoreException)
        {
            throw Broken(error);
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<T> BoundedAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limits.TokenTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await ask(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(new TimeoutException($"no answer within {limits.TokenTimeout.TotalSeconds:0} s", error));
        }
        catch (TokenResponseException error)
        {
            throw Refused(error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw Unreachable(error);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Broken(error);
        }
    }

    ObjectStoreException Refused(TokenResponseException error)
    {
        if (found is CredentialSource.Metadata) return NoneFound($"the metadata server answers {(int?)error.StatusCode}");
        if ((int?)error.StatusCode is >= 500 or 429) return Unreachable(error);
        return new ObjectStoreException(StoreFailure.Unauthenticated,
            $"No access token for {location}: Google refuses the credentials in {found?.From}: {Redact($"{error.Error?.Error} {error.Error?.ErrorDescription}").Trim()}. The key may be deleted, disabled or expired, or the clock of this machine wrong: check both, and make a new key if needed.");
    }

    ObjectStoreException Unreachable(Exception error) => found is CredentialSource.Metadata
        ? NoneFound($"the metadata server does not answer: {Redact(error.Message)}")
        : new ObjectStoreException(StoreFailure.Unavailable, $"No access token for {location}: the server that makes tokens for the credentials in {found?.From} cannot be reached: {Redact(error.Message)}. Check the network, and a proxy if there is one.");

    ObjectStoreException NoneFound(string why) => new(StoreFailure.Unauthenticated,
        $"No credentials for {location} were found: give a service account's key by --gs.credentials or GOOGLE_APPLICATION_CREDENTIALS, or run with a workload identity. ({why})");

    // The library throws what it likes where an answer is not what it expects.
    ObjectStoreException Broken(Exception error) => found is CredentialSource.Metadata
        ? NoneFound("the metadata server gives no token")
        : new ObjectStoreException(StoreFailure.Unauthenticated, $"No access token for {location}: the credentials in {found?.From} cannot be used, or the server that makes tokens for them gives none: {Redact(error.Message)}");
}
