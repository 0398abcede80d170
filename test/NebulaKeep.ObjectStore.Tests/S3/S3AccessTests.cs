using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>What a user gets wrong, as a real Ceph 16.2 answers it: each has its kind, and advice in its message.</summary>
[Trait("Category", "Server")]
public sealed class S3AccessTests(CephFixture ceph)
{
    const string Canary = "canary-4f1c-secret";

    [Fact]
    public async Task A_wrong_secret_is_named_by_every_call_and_not_shown()
    {
        await using var store = await OpenAsync(settings => settings with { SecretKey = new Secret(Canary) });
        await ShouldAllFailAsync(store, StoreFailure.Unauthenticated, "secret key");
    }

    [Fact]
    public async Task A_wrong_access_key_is_named_by_every_call()
    {
        await using var store = await OpenAsync(settings => settings with { AccessKey = "NOSUCHKEY" });
        await ShouldAllFailAsync(store, StoreFailure.Unauthenticated, "access key");
    }

    [Fact]
    public async Task A_missing_bucket_is_named_by_every_call()
    {
        await using var store = await OpenAsync(settings => settings, "s3://no-such-bucket/prefix");
        await ShouldAllFailAsync(store, StoreFailure.RootNotFound, "no-such-bucket");
    }

    [Fact]
    public async Task A_server_whose_CA_is_not_given_is_not_trusted()
    {
        await using var store = await OpenAsync(settings => settings with { CaPem = null }, tls: true);
        await ShouldAllFailAsync(store, StoreFailure.Untrusted, "CA");
    }

    [Fact]
    public async Task Plain_HTTP_to_the_TLS_port_fails_and_names_the_endpoint()
    {
        var server = await ceph.ServerAsync();
        var endpoint = server.TlsEndpoint.Replace("https", "http", StringComparison.Ordinal);
        await using var store = await OpenAsync(settings => settings with { Endpoint = endpoint });
        (await Should.ThrowAsync<ObjectStoreException>(() => store.StatAsync("k", default))).Message.ShouldContain(endpoint);
    }

    [Fact]
    public async Task TLS_to_the_plain_port_says_to_use_http()
    {
        var server = await ceph.ServerAsync();
        await using var store = await OpenAsync(settings => settings with { Endpoint = server.Endpoint.Replace("http", "https", StringComparison.Ordinal) });
        (await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Other)).Message.ShouldContain("http://");
    }

    [Fact]
    public async Task An_object_encrypted_by_a_KMS_key_is_stored_and_read()
    {
        var server = await ceph.ServerAsync();
        await using var store = await OpenAsync(settings => settings with { ServerSideEncryption = "aws:kms", KmsKeyId = server.KmsKeyId });
        await store.PutTextAsync("secret", "text");
        (await store.GetTextAsync("secret")).ShouldBe("text");
        (await store.PutAsync("large", new PatternStream(40_000_000), PutCondition.Overwrite, default)).Size.ShouldBe(40_000_000);
        using var client = server.Client();
        var head = await client.GetObjectMetadataAsync(CephFixture.Bucket, "access/secret");
        head.ServerSideEncryptionMethod?.Value.ShouldBe("aws:kms");
    }

    [Fact]
    public async Task A_large_object_that_may_not_be_replaced_is_not()
    {
        await using var store = await OpenAsync(settings => settings);
        await store.PutTextAsync("taken", "first");
        await store.PutAsync("taken", new PatternStream(20_000_000), PutCondition.CreateOnly, default).ShouldFailAsync(StoreFailure.AlreadyExists);
        (await store.GetTextAsync("taken")).ShouldBe("first");
    }

    async Task<IObjectStore> OpenAsync(Func<S3Settings, S3Settings> change, string uri = $"s3://{CephFixture.Bucket}/access", bool tls = false) =>
        ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse(uri), S3 = change((await ceph.ServerAsync()).Settings(tls)) }, NullLoggerFactory.Instance, TimeProvider.System);

    static async Task ShouldAllFailAsync(IObjectStore store, StoreFailure failure, string says)
    {
        Task[] calls =
        [
            store.PutTextAsync("k", "x"), store.PutTextAsync("k", "x", PutCondition.CreateOnly), store.OpenReadAsync("k", null, default), store.StatAsync("k", default),
            store.ListAsync("", default).ToListAsync().AsTask(), store.ListFoldersAsync("", default).ToListAsync().AsTask(), store.DeleteAsync(["a"], default),
            store.DeleteAsync(["a", "b"], default), store.PutAsync("large", new PatternStream(20_000_000), PutCondition.Overwrite, default),
        ];
        foreach (var call in calls)
        {
            var error = await call.ShouldFailAsync(failure);
            error.Message.ShouldContain(says);
            error.ToString().ShouldNotContain(Canary);
        }
    }
}
