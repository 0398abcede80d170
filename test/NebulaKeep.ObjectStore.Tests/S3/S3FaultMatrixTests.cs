using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.S3;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>Every request of the store with everything that can happen to it: the right bytes or a failure of the right kind, and never less in silence.</summary>
public sealed class S3FaultMatrixTests : IClassFixture<S3FaultMatrixTests.SharedServer>, IAsyncDisposable
{
    const int Large = 17 << 20;
    static readonly byte[] Old = Encoding.ASCII.GetBytes("what was there before");
    static readonly byte[] New = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 20_000)));
    static readonly string[] Keys = ["a/1", "a/2", "b/1", "c", "d/1"];
    static readonly S3Limits Limits = new() { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5), Retries = 3 };

    readonly PatientClock clock = new();
    readonly FakeS3 server;
    readonly S3ObjectStore store;

    public S3FaultMatrixTests(SharedServer shared)
    {
        server = shared.Server;
        server.Forget();
        store = new S3ObjectStore(StoreUri.Parse("s3://bucket/root"), server.Settings(), Limits, NullLogger.Instance, clock);
    }

    public static TheoryData<Request, Mishap> Cases => [.. FaultMatrix.Cases];

    [Fact]
    public void There_are_enough_cases() => FaultMatrix.Cases.Count().ShouldBeGreaterThan(180);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_right_bytes_or_a_failure_of_the_right_kind(Request request, Mishap mishap)
    {
        foreach (var key in Keys) server.Objects[$"root/{key}"] = New;
        if (request is Request.Put) server.Objects["root/new"] = Old;
        Arrange(request, mishap);

        var failure = await FailureAsync(() => CallAsync(request));

        failure.ShouldBe(FaultMatrix.Expected(request, mishap));
        server.Happened.ShouldBeTrue("the mishap happened");
        foreach (var (key, content) in server.Objects) IsWhole(key, content);
        if (failure is null && request == Request.Delete) server.Objects.Keys.ShouldBe(Keys.Skip(1).Select(k => $"root/{k}"), ignoreOrder: true);
        if (failure is null && request == Request.BatchDelete) server.Objects.ShouldBeEmpty();
        if (failure is null || mishap is Mishap.WrongTag or Mishap.WrongSize) server.Uploads.Count.ShouldBe(request == Request.BeginUpload && mishap is Mishap.AnswerLost or Mishap.AnswerCut ? 1 : 0);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    async Task CallAsync(Request request)
    {
        switch (request)
        {
            case Request.Put or Request.CreateOnlyPut:
                (await store.PutAsync("new", new MemoryStream(New), request == Request.Put ? PutCondition.Overwrite : PutCondition.CreateOnly, default)).Size.ShouldBe(New.Length);
                server.Objects["root/new"].ShouldBe(New);
                break;
            case Request.BeginUpload or Request.PutPart or Request.CompleteUpload or Request.HeadAfterUpload:
                (await store.PutAsync("large", new PatternStream(Large), PutCondition.Overwrite, default)).Size.ShouldBe(Large);
                server.Objects.ShouldContainKey("root/large");
                break;
            case Request.Get or Request.RangedGet:
                var range = request == Request.Get ? (ByteRange?)null : new ByteRange(70, 30_000);
                (await store.GetTextAsync("c", range)).ShouldBe(Encoding.ASCII.GetString(range is null ? New : New[70..30_070]));
                break;
            case Request.Head:
                (await store.StatAsync("c", default))!.Size.ShouldBe(New.Length);
                break;
            case Request.ListFolders:
                (await store.FoldersAsync("")).ShouldBe(["a", "b", "d"]);
                break;
            case Request.ListFirstPage or Request.ListLastPage:
                (await store.KeysAsync("")).ShouldBe(Keys);
                break;
            default:
                await store.DeleteAsync(request == Request.Delete ? [Keys[0]] : Keys, default);
                break;
        }
    }

    static async Task<StoreFailure?> FailureAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (ObjectStoreException e)
        {
            return e.Failure;
        }
    }

    // Nobody may ever see a part of an object, or an object that is neither the old nor the new one.
    static void IsWhole(string key, byte[] content)
    {
        if (key == "root/large") PatternStream.IsPattern(content).ShouldBe(Large, key);
        else if (key != "root/new" || !content.AsSpan().SequenceEqual(Old)) content.ShouldBe(New, key);
    }

    void Arrange(Request request, Mishap mishap)
    {
        var (which, times) = (Which(request, mishap), mishap is Mishap.CutBeforeItIsServed or Mishap.AnswerLost or Mishap.ServiceUnavailable or Mishap.ProxyErrorPage or Mishap.AnswerCut or Mishap.Silence ? 1 : int.MaxValue);
        server.On(which, Answer(mishap), times);
    }

    // What lasts begins with the request in question and then meets all.
    static Func<HttpRequest, bool> Which(Request request, Mishap mishap)
    {
        var begun = false;
        var lasts = mishap is >= Mishap.AlwaysUnavailable and <= Mishap.Redirected;
        return http => (begun && lasts) || (begun = FaultMatrix.Is(request, http) || (begun && lasts));
    }

    Func<HttpContext, Task> Answer(Mishap mishap) => mishap switch
    {
        Mishap.CutBeforeItIsServed or Mishap.AlwaysCut => CutAsync,
        Mishap.AnswerLost => ServedAsync((context, _) => Abort(context)),
        Mishap.AnswerCut => ServedAsync(CutAnswerAsync),
        Mishap.Silence => SilenceAsync,
        Mishap.ServiceUnavailable or Mishap.AlwaysUnavailable => FakeS3.Error(503, "SlowDown"),
        Mishap.ProxyErrorPage => context => PageAsync(context, 502),
        Mishap.PageOfAProxy => context => PageAsync(context, 200),
        Mishap.ExpiredToken => FakeS3.Error(400, "ExpiredToken"),
        Mishap.RightsTakenAway => FakeS3.Error(403, "AccessDenied"),
        Mishap.BucketGone => FakeS3.Error(404, "NoSuchBucket"),
        Mishap.DiskFull => FakeS3.Error(507, "InsufficientStorage"),
        Mishap.Redirected => FakeS3.Error(307, "TemporaryRedirect"),
        Mishap.WrongTag => ServedAsync(WrongTagAsync),
        Mishap.WrongSize => ServedAsync(WrongSizeAsync),
        Mishap.EmptyAnswer => ServedAsync((_, _) => Task.CompletedTask),
        Mishap.GarbledAnswer => ServedAsync((context, answer) => context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2)).AsTask()),
        _ => ServedErrorAsync,
    };

    static async Task CutAsync(HttpContext context)
    {
        if (context.Request.ContentLength > 0) await context.Request.Body.ReadExactlyAsync(new byte[1]);
        context.Abort();
    }

    static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    static Task PageAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync("<html><body>Bad gateway<br></body></html>");
    }

    // The time limit of a request begins before it is sent.
    async Task SilenceAsync(HttpContext context)
    {
        clock.EndLimits();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The server does what it is asked; then something else becomes of its answer.</summary>
    Func<HttpContext, Task> ServedAsync(Func<HttpContext, byte[], Task> answer) => async context =>
    {
        var body = context.Response.Body;
        using var written = new MemoryStream();
        context.Response.Body = written;
        await server.ServeAsync(context);
        context.Response.Body = body;
        await answer(context, written.ToArray());
    };

    static async Task CutAnswerAsync(HttpContext context, byte[] answer)
    {
        context.Response.ContentLength ??= answer.Length;
        await context.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    static Task WrongTagAsync(HttpContext context, byte[] answer)
    {
        context.Response.Headers.ETag = context.Request.Method == "HEAD" ? "\"00000000000000000000000000000000-2\"" : "\"00000000000000000000000000000000\"";
        return Task.CompletedTask;
    }

    static Task WrongSizeAsync(HttpContext context, byte[] answer)
    {
        context.Response.ContentLength--;
        return Task.CompletedTask;
    }

    async Task ServedErrorAsync(HttpContext context)
    {
        context.Response.ContentType = "application/xml";
        if (!context.Request.Query.ContainsKey("delete"))
        {
            await context.Response.WriteAsync("<Error><Code>InternalError</Code><Message>as planned</Message></Error>");
            return;
        }

        await ServedAsync((_, answer) =>
        {
            server.Objects["root/c"] = New;
            return context.Response.WriteAsync(Encoding.UTF8.GetString(answer).Replace("<Deleted><Key>root/c</Key></Deleted>", "<Error><Key>root/c</Key><Code>InternalError</Code></Error>", StringComparison.Ordinal));
        })(context);
    }

    /// <summary>One server for all cases: they run one after the other.</summary>
    public sealed class SharedServer : IAsyncLifetime
    {
        internal FakeS3 Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await FakeS3.StartAsync();
            Server.PageSize = 3;
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
