using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>What uploads take of this process's memory.</summary>
[Collection(nameof(Measured))]
public sealed class S3UploadMemoryTests : FakeS3Tests
{
    [Fact]
    public async Task Many_uploads_at_once_share_one_budget_of_memory()
    {
        GC.Collect();
        var before = Environment.WorkingSet;
        var peak = before;
        Server.On(request => FakeS3.IsPut(request), async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.Headers.ETag = "opaque-tag";
            InterlockedMax(ref peak, Environment.WorkingSet);
        }, times: int.MaxValue);
        Server.On(FakeS3.IsHead, context =>
        {
            context.Response.ContentLength = 40_000_000;
            context.Response.Headers.ETag = "opaque-tag";
            return Task.CompletedTask;
        }, times: int.MaxValue);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Store.PutAsync($"k{number}", new PatternStream(40_000_000), PutCondition.Overwrite, default)));
        (peak - before).ShouldBeLessThan(250L << 20);
    }

    static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }
}
