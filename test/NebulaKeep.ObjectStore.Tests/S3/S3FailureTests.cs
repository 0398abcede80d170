using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>Answers that a user must be able to act on, and that must not give secrets away.</summary>
public sealed class S3FailureTests : FakeS3Tests
{
    [Theory]
    [InlineData(403, "AccessDenied", StoreFailure.Forbidden, "allow")]
    [InlineData(403, "SignatureDoesNotMatch", StoreFailure.Unauthenticated, "secret key")]
    [InlineData(403, "InvalidAccessKeyId", StoreFailure.Unauthenticated, "access key")]
    [InlineData(400, "ExpiredToken", StoreFailure.Unauthenticated, "expired")]
    [InlineData(403, "RequestTimeTooSkewed", StoreFailure.Unauthenticated, "clock")]
    [InlineData(403, "QuotaExceeded", StoreFailure.Full, "quota")]
    [InlineData(404, "NoSuchBucket", StoreFailure.RootNotFound, "bucket")]
    [InlineData(301, "PermanentRedirect", StoreFailure.Other, "region")]
    [InlineData(400, "AuthorizationHeaderMalformed", StoreFailure.Other, "region")]
    [InlineData(507, "InsufficientStorage", StoreFailure.Full, "space")]
    [InlineData(418, "Teapot", StoreFailure.Other, "Teapot")]
    public async Task Each_refusal_has_its_kind_and_its_advice(int status, string code, StoreFailure failure, string advice)
    {
        Server.On(_ => true, FakeS3.Error(status, code), times: 100);
        foreach (var call in new Task[] { Store.PutTextAsync("k", "x"), Store.OpenReadAsync("k", null, default), Store.StatAsync("k", default), Store.ListAsync("", default).ToListAsync().AsTask(), Store.DeleteAsync(["k"], default) })
        {
            var error = await call.ShouldFailAsync(failure);
            error.Message.ShouldContain(advice);
            error.Message.ShouldContain("s3://bucket/root");
            error.Message.ShouldContain(Server.Endpoint);
        }
    }

    [Fact]
    public async Task A_server_that_repeats_our_secrets_does_not_get_them_into_a_message()
    {
        const string echo = "you signed with secret-canary-1 and token-canary-2";
        Server.On(_ => true, FakeS3.Error(403, "SignatureDoesNotMatch", echo + $"</Message><CanonicalRequest>x-amz-security-token:token-canary-2</CanonicalRequest><Message>{echo}"), times: 100);
        foreach (var call in new Task[] { Store.PutTextAsync("k", "x"), Store.PutTextAsync("k", "x", PutCondition.CreateOnly), Store.OpenReadAsync("k", null, default), Store.StatAsync("k", default), Store.DeleteAsync(["a", "b"], default) })
        {
            var error = await Should.ThrowAsync<ObjectStoreException>(call);
            error.ToString().ShouldNotContain("canary");
        }
    }

    [Fact]
    public async Task Batches_that_a_server_refuses_are_deleted_one_by_one()
    {
        foreach (var number in Enumerable.Range(0, 20)) Server.Objects[$"root/k{number}"] = [1];
        Server.On(request => request.Method == "POST", FakeS3.Error(400, "MissingContentMD5"), times: 100);
        await Store.DeleteAsync([.. Enumerable.Range(0, 20).Select(number => $"k{number}")], default);
        Server.Objects.ShouldBeEmpty();
        await Store.DeleteAsync(["a", "b"], default);
        Count("POST").ShouldBe(1);
    }

    [Fact]
    public async Task All_that_can_be_deleted_is_and_then_the_failure_is_told()
    {
        foreach (var number in Enumerable.Range(0, 20)) Server.Objects[$"root/k{number}"] = [1];
        Server.On(request => request.Method == "POST", FakeS3.Error(501, "NotImplemented"));
        Server.On(request => request.Method == "DELETE" && request.Path.Value!.EndsWith("/k7", StringComparison.Ordinal), FakeS3.Error(403, "AccessDenied"), times: 100);
        await Store.DeleteAsync([.. Enumerable.Range(0, 20).Select(number => $"k{number}")], default).ShouldFailAsync(StoreFailure.Forbidden);
        Server.Objects.Keys.ShouldBe(["root/k7"]);
    }

    [Fact]
    public async Task A_listing_that_would_never_end_is_given_up()
    {
        Server.On(_ => true, context => context.Response.Body.WriteAsync("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"u8.ToArray()).AsTask(), times: 100);
        await Store.ListAsync("", default).ToListAsync().AsTask().ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_named()
    {
        await using var store = Open(settings => settings with { Endpoint = "http://127.0.0.1:1" });
        (await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("http://127.0.0.1:1");
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("http://user:password@host")]
    [InlineData("https://")]
    public void An_endpoint_that_cannot_be_used_is_refused_at_once(string endpoint) =>
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { Endpoint = endpoint })).Message.ShouldNotContain("password@");

    [Fact]
    public void Settings_that_can_never_work_are_refused_at_once()
    {
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { SecretKey = null })).Message.ShouldContain("secret key");
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { ServerSideEncryption = "rot13" })).Message.ShouldContain("aws:kms");
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { KmsKeyId = "k" })).Message.ShouldContain("aws:kms");
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { CaPem = "no certificate" })).Message.ShouldContain("PEM");
    }
}
