using Google.Apis.Auth.OAuth2;
using NebulaKeep.Core;

namespace NebulaKeep.ObjectStore.Gcs.Credentials;

/// <summary>Gives access tokens of one identity. The library keeps a token until shortly before it ends, and asks once for all who wait.</summary>
abstract class TokenSource
{
    const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    public abstract Task<string> GetAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a new token though the present one should still be valid; false where there is no way to.</summary>
    public abstract Task<bool> RenewAsync(CancellationToken cancellationToken);

    public static TokenSource Of(CredentialSource source, TokenClientFactory clients) => source switch
    {
        CredentialSource.Token token => new Fixed(token.Value),
        CredentialSource.Metadata metadata => new OfService(new ComputeCredential(new ComputeCredential.Initializer(metadata.TokenUrl) { HttpClientFactory = clients })),
        CredentialSource.Json json => Of(CredentialFactory.FromJson(json.Text.Reveal(), json.Type).CreateScoped(Scope).CreateWithHttpClientFactory(clients)),
        _ => throw new ArgumentOutOfRangeException(nameof(source)),
    };

    static TokenSource Of(GoogleCredential credential) => credential.UnderlyingCredential switch
    {
        ServiceCredential service => new OfService(service),
        UserCredential user => new OfUser(user),
        var other => throw new InvalidOperationException($"credentials of the type {other.GetType().Name} are not supported"),
    };

    sealed class Fixed(Secret token) : TokenSource
    {
        public override Task<string> GetAsync(CancellationToken cancellationToken) => Task.FromResult(token.Reveal());

        public override Task<bool> RenewAsync(CancellationToken cancellationToken) => Task.FromResult(false);
    }

    sealed class OfService(ServiceCredential credential) : TokenSource
    {
        public override Task<string> GetAsync(CancellationToken cancellationToken) => credential.GetAccessTokenForRequestAsync(null, cancellationToken);

        public override Task<bool> RenewAsync(CancellationToken cancellationToken) => credential.RequestAccessTokenAsync(cancellationToken);
    }

    sealed class OfUser(UserCredential credential) : TokenSource
    {
        public override Task<string> GetAsync(CancellationToken cancellationToken) => credential.GetAccessTokenForRequestAsync(null, cancellationToken);

        public override Task<bool> RenewAsync(CancellationToken cancellationToken) => credential.RefreshTokenAsync(cancellationToken);
    }
}
