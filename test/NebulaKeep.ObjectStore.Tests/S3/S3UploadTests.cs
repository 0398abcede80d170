using Microsoft.AspNetCore.Http;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>Uploads through servers that lie, stumble, or know less than S3.</summary>
public sealed class S3UploadTests : FakeS3Tests
{
    [Fact]
    public async Task Every_body_carries_its_MD5_and_is_not_sent_in_signed_chunks()
    {
        await Store.PutTextAsync("small", "x");
        await Store.PutAsync("large", new PatternStream(40_000_000), PutCondition.Overwrite, default);
        var puts = Server.Requests.Where(request => request.Method == "PUT").ToList();
        puts.Count.ShouldBe(6, "one small object, five parts of 8 MiB");
        puts.ShouldAllBe(request => request.Headers.ContainsKey("Content-MD5") && !request.Headers["x-amz-content-sha256"].StartsWith("STREAMING"));
        puts.ShouldAllBe(request => !request.Headers.ContainsKey("Expect"));
    }

    [Theory]
    [InlineData("AES256", null)]
    [InlineData("aws:kms", "key-7")]
    public async Task Encryption_is_asked_for_in_small_and_large_puts(string method, string? keyId)
    {
        var store = Open(settings => settings with { ServerSideEncryption = method, KmsKeyId = keyId });
        await store.PutTextAsync("small", "x");
        await store.PutAsync("large", new PatternStream(20_000_000), PutCondition.Overwrite, default);
        var asked = Server.Requests.Where(request => request.Headers.ContainsKey("x-amz-server-side-encryption")).ToList();
        asked.Select(request => request.Method).ShouldBe(["PUT", "POST"]);
        asked.ShouldAllBe(request => request.Headers["x-amz-server-side-encryption"] == method);
        if (keyId is not null) asked.ShouldAllBe(request => request.Headers["x-amz-server-side-encryption-aws-kms-key-id"] == keyId);
    }

    [Fact]
    public async Task A_server_that_says_another_checksum_is_not_believed_and_its_object_removed()
    {
        Server.On(FakeS3.IsPut, async context =>
        {
            await Server.ServeAsync(context);
            context.Response.Headers.ETag = "\"00000000000000000000000000000000\"";
        });
        await Store.PutTextAsync("k", "content").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Server.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_keeps_a_part_of_a_large_object_is_found_out()
    {
        Server.On(FakeS3.IsHead, context =>
        {
            Server.Objects["root/large"] = Server.Objects["root/large"][..^1];
            return Server.ServeAsync(context);
        });
        await Store.PutAsync("large", new PatternStream(20_000_000), PutCondition.Overwrite, default).ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Server.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_says_a_wrong_checksum_of_a_part_has_its_upload_aborted()
    {
        Server.On(request => FakeS3.IsPut(request) && request.Query["partNumber"] == "2", async context =>
        {
            await Server.ServeAsync(context);
            context.Response.Headers.ETag = "\"00000000000000000000000000000000\"";
        });
        await Store.PutAsync("large", new PatternStream(60_000_000), PutCondition.Overwrite, default).ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Server.Uploads.ShouldBeEmpty();
        Server.Objects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(400, "BadDigest")]
    [InlineData(409, "ConditionalRequestConflict")]
    public async Task A_passing_refusal_is_tried_again(int status, string code)
    {
        Server.On(FakeS3.IsPut, FakeS3.Error(status, code), times: 2);
        await Store.PutTextAsync("k", "content");
        Count("PUT").ShouldBe(3);
        (await Store.GetTextAsync("k")).ShouldBe("content");
    }

    [Fact]
    public async Task A_refusal_that_does_not_pass_ends_after_bounded_tries()
    {
        Server.On(FakeS3.IsPut, FakeS3.Error(503, "SlowDown"), times: 100);
        var error = await Store.PutTextAsync("k", "content").ShouldFailAsync(StoreFailure.Unavailable);
        error.IsTransient.ShouldBeTrue();
        Count("PUT").ShouldBe(6);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40_000_000)]
    public async Task A_connection_cut_in_the_middle_of_a_put_is_sent_again_whole(long length)
    {
        Server.On(FakeS3.IsPut, CutAsync);
        await Store.PutAsync("k", new PatternStream(length), PutCondition.Overwrite, default);
        (await PatternStream.VerifyAsync(await Store.OpenReadAsync("k", null, default))).ShouldBe(length);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_after_the_time_limit()
    {
        Server.On(FakeS3.IsHead, context => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
        Server.Objects["root/k"] = [1];
        (await Store.StatAsync("k", default))!.Size.ShouldBe(1);
    }

    [Fact]
    public async Task A_create_only_put_whose_answer_was_lost_has_won()
    {
        Server.On(FakeS3.IsPut, async context =>
        {
            await Server.ServeAsync(context);
            context.Abort();
        });
        (await Store.PutTextAsync("k", "mine", PutCondition.CreateOnly)).Size.ShouldBe(4);
        Count("PUT").ShouldBe(2);
    }

    [Fact]
    public async Task A_create_only_put_that_was_tried_again_does_not_take_the_same_content_of_another_for_its_own()
    {
        Server.On(FakeS3.IsPut, async context =>
        {
            Server.Objects["root/k"] = "mine"u8.ToArray();
            await FakeS3.Error(503, "SlowDown")(context);
        });
        await Store.PutTextAsync("k", "mine", PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
    }

    [Fact]
    public async Task A_server_without_conditional_puts_is_asked_before()
    {
        Server.On(request => request.Headers.IfNoneMatch.Count > 0, FakeS3.Error(501, "NotImplemented"), times: 100);
        await Store.PutTextAsync("k", "first", PutCondition.CreateOnly);
        await Store.PutTextAsync("k", "second", PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
        (await Store.GetTextAsync("k")).ShouldBe("first");
    }

    [Fact]
    public async Task A_completed_upload_whose_answer_was_lost_is_complete()
    {
        Server.On(request => request.Method == "POST" && request.Query.ContainsKey("uploadId"), async context =>
        {
            using var nowhere = new MemoryStream();
            context.Response.Body = nowhere;
            await Server.ServeAsync(context);
            context.Abort();
        });
        (await Store.PutAsync("large", new PatternStream(20_000_000), PutCondition.Overwrite, default)).Size.ShouldBe(20_000_000);
    }

    static async Task CutAsync(HttpContext context)
    {
        (await context.Request.Body.ReadAsync(new byte[1])).ShouldBe(1);
        context.Abort();
    }
}
