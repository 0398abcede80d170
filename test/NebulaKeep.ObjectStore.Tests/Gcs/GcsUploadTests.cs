using Microsoft.AspNetCore.Http;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>Uploads over lines that break and through servers that stumble or lie.</summary>
public sealed class GcsUploadTests : GcsTests
{
    const int Unit = GcsLimits.ChunkUnit;
    static readonly byte[] Content = Pattern(5 * Unit + 1000);

    IEnumerable<string> Ranges => Server.Requests.Where(request => request.Method == "PUT").Select(request => request.Headers["Content-Range"]);

    [Fact]
    public async Task A_piece_is_never_longer_than_the_limit_and_only_the_last_names_the_length_and_the_checksum()
    {
        await PutAsync();
        ShouldHold("k", Content);
        Ranges.ShouldBe([$"bytes 0-{Piece - 1}/*", $"bytes {Piece}-{2 * Piece - 1}/*", $"bytes {2 * Piece}-{Content.Length - 1}/{Content.Length}"]);
        Server.Requests.Where(request => request.Headers.ContainsKey("X-Goog-Hash")).ShouldHaveSingleItem().Headers["Content-Range"].ShouldEndWith($"/{Content.Length}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Unit - 1)]
    [InlineData(Unit)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData(2 * Piece)]
    [InlineData(2 * Piece + 1)]
    public async Task Every_length_around_the_limits_is_stored(int length)
    {
        var content = Pattern(length);
        (await Store.PutAsync("known", new MemoryStream(content), PutCondition.Overwrite, default)).Size.ShouldBe(length);
        (await Store.PutAsync("unknown", new UnknownLength(content), PutCondition.Overwrite, default)).Size.ShouldBe(length);
        ShouldHold("known", content);
        ShouldHold("unknown", content);
    }

    [Fact]
    public async Task A_content_longer_than_it_said_is_stored_whole()
    {
        (await Store.PutAsync("k", new GrowingStream(Content, 100), PutCondition.Overwrite, default)).Size.ShouldBe(Content.Length);
        ShouldHold("k", Content);
    }

    [Fact]
    public async Task A_piece_that_was_cut_goes_on_where_the_server_says()
    {
        Server.On(GcsEmulator.IsPiece, Server.CutAfter(Unit + 5000));
        await PutAsync();
        ShouldHold("k", Content);
        Ranges.Take(3).ShouldBe([$"bytes 0-{Piece - 1}/*", "bytes */*", $"bytes {Unit}-{Piece - 1}/*"]);
    }

    [Fact]
    public async Task Cuts_at_every_piece_and_in_the_questions_are_survived()
    {
        foreach (var start in new[] { 0, Piece, 2 * Piece })
        {
            Server.On(request => GcsEmulator.IsPiece(request) && request.Headers.ContentRange.ToString().StartsWith($"bytes {start}-", StringComparison.Ordinal), async context =>
            {
                Server.On(GcsEmulator.IsPiece, GcsEmulator.Error(503, "backendError"));
                await Server.CutAfter(10)(context);
            });
        }

        await PutAsync();
        ShouldHold("k", Content);
        Log.Entries.Count(entry => entry.Message.Contains("the next follows in")).ShouldBe(6);
    }

    [Fact]
    public async Task A_piece_of_which_the_server_kept_a_part_goes_on_without_a_question()
    {
        Server.On(GcsEmulator.IsPiece, Server.KeepOnly(Unit));
        await PutAsync();
        ShouldHold("k", Content);
        Ranges.Take(2).ShouldBe([$"bytes 0-{Piece - 1}/*", $"bytes {Unit}-{Piece - 1}/*"]);
    }

    [Fact]
    public async Task A_last_piece_that_is_stored_and_not_completed_is_completed()
    {
        Server.On(GcsEmulator.IsLastPiece, async context =>
        {
            var (total, all) = (context.Request.Headers.ContentRange.ToString(), $"/{Content.Length}");
            context.Request.Headers.ContentRange = total.Replace(all, "/*", StringComparison.Ordinal);
            await Server.ServeAsync(context);
        });
        await PutAsync();
        ShouldHold("k", Content);
        Ranges.Last().ShouldBe($"bytes */{Content.Length}");
    }

    [Fact]
    public async Task A_server_that_keeps_nothing_is_given_up_after_bounded_tries()
    {
        Server.On(GcsEmulator.IsPiece, Server.KeepOnly(0), times: 1000);
        var error = await PutAsync().ShouldFailAsync(StoreFailure.Unavailable);
        error.Message.ShouldContain("kept nothing");
        Ranges.Count().ShouldBe(6);
        Server.Uploads.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("bytes=0-99999999")]
    [InlineData("bytes=10-20")]
    [InlineData("nonsense")]
    public async Task A_server_that_has_what_it_was_not_sent_is_not_believed(string range)
    {
        Server.On(GcsEmulator.IsPiece, context =>
        {
            context.Response.StatusCode = 308;
            context.Response.Headers.Range = range;
            return context.Request.Body.CopyToAsync(Stream.Null);
        });
        await PutAsync().ShouldFailAsync(StoreFailure.Other);
        Server.Uploads.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_lost_what_it_had_is_not_believed()
    {
        Server.On(request => GcsEmulator.IsPiece(request) && request.Headers.ContentRange.ToString().StartsWith($"bytes {Piece}-", StringComparison.Ordinal), context =>
        {
            context.Response.StatusCode = 308;
            context.Response.Headers.Range = $"bytes=0-{Unit - 1}";
            return context.Request.Body.CopyToAsync(Stream.Null);
        });
        await PutAsync().ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task A_server_that_asks_for_time_gets_it()
    {
        var clock = new FakeTimeProvider();
        var store = Open(Limits with { RequestTimeout = TimeSpan.FromDays(1), TokenTimeout = TimeSpan.FromDays(1) }, clock);
        Server.On(GcsEmulator.IsPiece, context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return GcsEmulator.Error(503, "backendError")(context);
        });
        var putting = store.PutAsync("k", new MemoryStream(Content), PutCondition.Overwrite, default);
        await Eventually.TrueAsync(() => Log.Entries.Any(entry => entry.Message.Contains("the next follows in 7000 ms")), "the store waits as long as it was asked");
        putting.IsCompleted.ShouldBeFalse();
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Ranges.Count() > 1;
        }, "the store goes on");
        (await putting).Size.ShouldBe(Content.Length);
    }

    [Theory]
    [InlineData(503, "backendError")]
    [InlineData(500, "internalError")]
    [InlineData(502, "")]
    [InlineData(429, "rateLimitExceeded")]
    [InlineData(408, "")]
    [InlineData(403, "rateLimitExceeded")]
    public async Task A_passing_refusal_is_tried_again(int status, string reason)
    {
        Server.On(GcsEmulator.IsSinglePut, GcsEmulator.Error(status, reason), times: 2);
        Server.On(GcsEmulator.IsPiece, GcsEmulator.Error(status, reason), times: 2);
        await Store.PutTextAsync("small", "content");
        await PutAsync();
        (await Store.GetTextAsync("small")).ShouldBe("content");
        ShouldHold("k", Content);
    }

    [Fact]
    public async Task A_refusal_that_does_not_pass_ends_after_bounded_tries()
    {
        Server.On(_ => true, GcsEmulator.Error(503, "backendError"), times: 100);
        (await Store.PutTextAsync("k", "content").ShouldFailAsync(StoreFailure.Unavailable)).IsTransient.ShouldBeTrue();
        Server.Requests.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_token_that_is_refused_in_the_middle_is_renewed()
    {
        Server.On(request => GcsEmulator.IsPiece(request) && Server.Requests.Count(seen => seen.Method == "PUT") == 2, async context =>
        {
            Server.Tokens.Revoke();
            await context.Request.Body.CopyToAsync(Stream.Null);
            await GcsEmulator.Error(401, "authError")(context);
        });
        await PutAsync();
        ShouldHold("k", Content);
        Server.Tokens.Issued.ShouldBe(2);
        Log.Entries.ShouldBeEmpty("it is no failure");
    }

    [Fact]
    public async Task A_small_content_that_changes_on_its_way_is_refused_and_sent_again()
    {
        Server.On(GcsEmulator.IsSinglePut, Server.Corrupt(700));
        await Store.PutAsync("k", new MemoryStream(Pattern(1000)), PutCondition.Overwrite, default);
        Stored("k").ShouldBe(Pattern(1000));
    }

    [Fact]
    public async Task A_small_content_that_changes_on_its_way_each_time_is_never_stored()
    {
        Server.On(GcsEmulator.IsSinglePut, Server.Corrupt(700), times: 100);
        await Store.PutAsync("k", new MemoryStream(Pattern(1000)), PutCondition.Overwrite, default).ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Server.Buckets.All("bucket").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_content_that_changes_on_its_way_is_never_stored()
    {
        Server.Buckets.Put("bucket", "root/k", [1]);
        Server.On(GcsEmulator.IsPiece, Server.Corrupt(5));
        await PutAsync().ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Stored("k").ShouldBe([1]);
        Server.Uploads.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("crc32c", "AAAAAA==")]
    [InlineData("crc32c", null)]
    [InlineData("size", "1")]
    public async Task A_server_that_holds_something_else_is_not_believed_and_its_object_removed(string field, string? says)
    {
        Server.On(GcsEmulator.IsSinglePut, Server.Lie(answer => answer[field] = says));
        Server.On(GcsEmulator.IsLastPiece, Server.Lie(answer => answer[field] = says));
        await Store.PutTextAsync("small", "content").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        await PutAsync().ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Server.Buckets.All("bucket").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_another_wrote_meanwhile_is_not_removed()
    {
        Server.On(GcsEmulator.IsSinglePut, async context =>
        {
            await Server.Lie(answer => answer["crc32c"] = "AAAAAA==")(context);
            Server.Buckets.Put("bucket", "root/k", [7]);
        });
        await Store.PutTextAsync("k", "content").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        Stored("k").ShouldBe([7]);
    }

    [Fact]
    public async Task A_large_object_that_may_not_be_replaced_is_refused_before_it_is_sent()
    {
        Server.Buckets.Put("bucket", "root/k", [1]);
        await PutAsync(PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
        Ranges.ShouldBeEmpty();
        Stored("k").ShouldBe([1]);
    }

    [Fact]
    public async Task A_key_that_is_taken_while_a_large_object_is_sent_stays_its_takers()
    {
        Server.On(GcsEmulator.IsLastPiece, context =>
        {
            Server.Buckets.Put("bucket", "root/k", [1]);
            return Server.ServeAsync(context);
        });
        await PutAsync(PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
        Stored("k").ShouldBe([1]);
        Server.Uploads.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_create_only_put_whose_answer_was_lost_has_won()
    {
        Server.On(GcsEmulator.IsSinglePut, Server.LoseAnswer());
        Server.On(GcsEmulator.IsLastPiece, Server.LoseAnswer());
        (await Store.PutTextAsync("small", "mine", PutCondition.CreateOnly)).Size.ShouldBe(4);
        (await PutAsync(PutCondition.CreateOnly)).Size.ShouldBe(Content.Length);
    }

    [Fact]
    public async Task A_create_only_put_that_was_tried_again_does_not_take_the_same_content_of_another_for_its_own()
    {
        Server.On(GcsEmulator.IsSinglePut, context =>
        {
            Server.Buckets.Put("bucket", "root/k", "mine"u8.ToArray());
            return GcsEmulator.Error(503, "backendError")(context);
        });
        await Store.PutTextAsync("k", "mine", PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
    }

    [Fact]
    public async Task An_upload_that_the_server_forgot_is_to_be_sent_again()
    {
        Server.On(GcsEmulator.IsLastPiece, context =>
        {
            Server.Uploads.Forget();
            return Server.ServeAsync(context);
        });
        (await PutAsync().ShouldFailAsync(StoreFailure.Unavailable)).Message.ShouldContain("Send it again");
    }

    [Theory]
    [InlineData("https://storage.example.com/upload?upload_id=1")]
    [InlineData("http://storage.googleapis.com/upload?upload_id=1")]
    [InlineData("https://storage.googleapis.com.example.com/upload?upload_id=1")]
    [InlineData(null)]
    public async Task An_upload_that_is_sent_elsewhere_is_not_followed(string? location)
    {
        Server.On(request => request.Query["uploadType"] == "resumable", context =>
        {
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        (await PutAsync().ShouldFailAsync(StoreFailure.Other)).Message.ShouldContain("not trusted");
    }

    [Fact]
    public async Task Many_large_uploads_at_once_share_one_budget_and_all_arrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Store.PutAsync($"k{number}", new UnknownLength(Content), PutCondition.Overwrite, default)));
        foreach (var number in Enumerable.Range(0, 8)) ShouldHold($"k{number}", Content);
    }

    // An assertion on arrays looks at each byte by itself.
    void ShouldHold(string key, byte[] content) => Stored(key).AsSpan().SequenceEqual(content).ShouldBeTrue($"{key} is not what was sent");

    Task<StoredObject> PutAsync(PutCondition condition = PutCondition.Overwrite) => Store.PutAsync("k", new MemoryStream(Content), condition, default);

    sealed class UnknownLength(byte[] content) : Core.Transfer.ForwardStream(new MemoryStream(content))
    {
        protected override ValueTask PassedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    sealed class GrowingStream(byte[] content, long says) : MemoryStream(content)
    {
        public override long Length => says;
    }
}
