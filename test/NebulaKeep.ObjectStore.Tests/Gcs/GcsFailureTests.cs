using Microsoft.AspNetCore.Http;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Answers that a user must be able to act on, and that must not give secrets away.</summary>
public sealed class GcsFailureTests : GcsTests
{
    [Theory]
    [InlineData(401, "authError", StoreFailure.Unauthenticated, "token")]
    [InlineData(403, "forbidden", StoreFailure.Forbidden, "Storage Object Admin")]
    [InlineData(403, "accountDisabled", StoreFailure.Forbidden, "billing")]
    [InlineData(404, "notFound", StoreFailure.RootNotFound, "bucket")]
    [InlineData(302, "", StoreFailure.Other, "address of the storage server")]
    [InlineData(507, "", StoreFailure.Full, "space")]
    [InlineData(418, "teapot", StoreFailure.Other, "teapot")]
    public async Task Each_refusal_has_its_kind_and_its_advice(int status, string reason, StoreFailure failure, string advice)
    {
        Server.On(_ => true, GcsEmulator.Error(status, reason), times: 1000);
        foreach (var call in AllCalls(Store))
        {
            var error = await call.ShouldFailAsync(failure);
            error.Message.ShouldContain(advice);
            error.Message.ShouldContain("gs://bucket/root");
            error.Message.ShouldContain(Server.Endpoint);
        }
    }

    [Fact]
    public async Task A_missing_bucket_is_named_by_every_call()
    {
        var store = Open(settings => settings, "gs://no-such-bucket/prefix");
        foreach (var call in AllCalls(store)) (await call.ShouldFailAsync(StoreFailure.RootNotFound)).Message.ShouldContain("no-such-bucket");
    }

    [Fact]
    public async Task A_server_that_repeats_our_token_does_not_get_it_into_a_message()
    {
        const string token = "canary-of-no-known-form-1";
        var store = Open(settings => settings with { Credentials = null, AccessToken = new Secret(token) });
        Server.On(_ => true, context => GcsEmulator.Error(403, "forbidden", $"{new string('x', 190)}{context.Request.Headers.Authorization} {context.Request.Headers.Authorization}")(context), times: 1000);
        foreach (var call in AllCalls(store)) (await Should.ThrowAsync<ObjectStoreException>(call)).ToString().ShouldNotContain("canary");
        Server.On(_ => true, context => GcsEmulator.Error(503, "backendError", $"{context.Request.Headers.Authorization}")(context), times: 1000);
        await Should.ThrowAsync<ObjectStoreException>(store.StatAsync("k", default));
        foreach (var (_, message) in Log.Entries) message.ShouldNotContain("canary");
    }

    [Fact]
    public async Task A_given_token_that_has_ended_is_named_and_not_asked_for_again()
    {
        var store = Open(settings => settings with { Credentials = null, AccessToken = new Secret("ended") });
        await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Unauthenticated);
        Server.Requests.Count.ShouldBe(1);
        Server.Tokens.Issued.ShouldBe(0);
    }

    [Fact]
    public async Task All_that_can_be_deleted_is_and_then_the_failure_is_told()
    {
        foreach (var number in Enumerable.Range(0, 20)) Server.Buckets.Put("bucket", $"root/k{number}", [1]);
        Server.On(request => request.Method == "DELETE" && request.Path.Value!.EndsWith("k7", StringComparison.Ordinal), GcsEmulator.Error(403, "forbidden"), times: 100);
        await Store.DeleteAsync([.. Enumerable.Range(0, 20).Select(number => $"k{number}")], default).ShouldFailAsync(StoreFailure.Forbidden);
        Server.Buckets.All("bucket").Select(entry => entry.Name).ShouldBe(["root/k7"]);
    }

    [Theory]
    [InlineData("""{"nextPageToken":"again"}""")]
    [InlineData("<html>a captive portal</html>")]
    [InlineData("null")]
    [InlineData("")]
    public async Task An_answer_that_is_not_a_stores_is_not_taken_for_an_empty_one(string answer)
    {
        Server.On(_ => true, context => context.Response.WriteAsync(answer), times: 1000);
        await Store.ListAsync("", default).ToListAsync().AsTask().ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task An_answer_without_end_takes_bounded_memory()
    {
        Server.On(_ => true, async context =>
        {
            for (var piece = new byte[1 << 20]; !context.RequestAborted.IsCancellationRequested;) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        });
        await Store.ListAsync("", default).ToListAsync().AsTask().ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task A_refusal_that_is_a_page_or_without_end_is_still_a_refusal()
    {
        Server.On(_ => true, async context =>
        {
            context.Response.StatusCode = 403;
            for (var piece = new byte[1 << 20]; !context.RequestAborted.IsCancellationRequested;) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        });
        await Store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Forbidden);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_named()
    {
        var store = Open(settings => settings with { Endpoint = "http://127.0.0.1:1" });
        (await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("http://127.0.0.1:1");
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_after_the_time_limit()
    {
        Server.Buckets.Put("bucket", "root/k", [1]);
        Server.On(_ => true, context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        var store = Open(Limits with { RequestTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System);
        (await store.StatAsync("k", default))!.Size.ShouldBe(1);
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("https://user:password@host")]
    [InlineData("https://")]
    [InlineData("http://storage.example.com")]
    public void An_endpoint_that_cannot_be_used_is_refused_at_once(string endpoint) =>
        Should.Throw<NebulaKeepException>(() => Open(settings => settings with { Endpoint = endpoint })).Message.ShouldNotContain("password@");

    [Theory]
    [InlineData(null, "https://storage.googleapis.com")]
    [InlineData("private.googleapis.com", "https://private.googleapis.com")]
    [InlineData("http://127.0.0.1:9000/", "http://127.0.0.1:9000")]
    public void An_endpoint_without_scheme_is_https_and_none_is_Google(string? endpoint, string server) =>
        new ObjectStore.Gcs.GcsTarget(StoreUri.Parse("gs://b"), new GcsSettings { Endpoint = endpoint }).Server.ShouldBe(server);

    static Task[] AllCalls(IObjectStore store) =>
    [
        store.PutTextAsync("k", "x"), store.PutTextAsync("k", "x", PutCondition.CreateOnly), store.OpenReadAsync("k", null, default), store.StatAsync("k", default),
        store.ListAsync("", default).ToListAsync().AsTask(), store.ListFoldersAsync("", default).ToListAsync().AsTask(), store.DeleteAsync(["a"], default),
        store.DeleteAsync(["a", "b"], default), store.PutAsync("large", new PatternStream(3 * Piece), PutCondition.Overwrite, default),
    ];
}
