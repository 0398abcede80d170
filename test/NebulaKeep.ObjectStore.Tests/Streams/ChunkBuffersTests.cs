using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.Tests.Streams;

public sealed class ChunkBuffersTests
{
    const int MiB = 1 << 20;
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_buffer_that_was_given_back_serves_the_next_of_its_size()
    {
        using var buffers = new ChunkBuffers(16 * MiB);
        var first = await buffers.RentAsync((4 * MiB) - 5, None);
        first.Dispose();

        using var second = await buffers.RentAsync(3 * MiB, None);

        second.Bytes.ShouldBeSameAs(first.Bytes);
        buffers.Held.ShouldBe(4 * MiB);
    }

    [Fact]
    public async Task Who_finds_no_room_waits_until_one_is_given_back()
    {
        using var buffers = new ChunkBuffers(8 * MiB);
        var first = await buffers.RentAsync(4 * MiB, None);
        using var second = await buffers.RentAsync(4 * MiB, None);

        var third = buffers.RentAsync(2 * MiB, None);
        third.IsCompleted.ShouldBeFalse();
        first.Dispose();

        using var granted = await third;
        buffers.Held.ShouldBe(6 * MiB, "the free one of another size made room");
    }

    [Fact]
    public async Task A_piece_above_the_budget_goes_alone_and_is_not_kept()
    {
        using var buffers = new ChunkBuffers(8 * MiB);
        var huge = await buffers.RentAsync(20 * MiB, None);
        huge.Bytes.Length.ShouldBeGreaterThanOrEqualTo(20 * MiB);
        var next = buffers.RentAsync(MiB, None);
        next.IsCompleted.ShouldBeFalse();

        huge.Dispose();
        huge.Dispose();

        (await next).Dispose();
        buffers.Held.ShouldBeLessThanOrEqualTo(8 * MiB);
    }

    [Fact]
    public async Task Whatever_sizes_come_and_go_used_and_kept_buffers_stay_within_the_budget()
    {
        using var buffers = new ChunkBuffers(32 * MiB);
        var random = new Random(7);
        var used = new Queue<ChunkBuffer>();
        for (var i = 0; i < 500; i++)
        {
            var asked = buffers.RentAsync(1 + random.Next(8 * MiB), None);
            while (!asked.IsCompleted && used.Count > 0) used.Dequeue().Dispose();
            used.Enqueue(await asked);
            if (random.Next(3) == 0 && used.Count > 0) used.Dequeue().Dispose();
            buffers.Held.ShouldBeLessThanOrEqualTo(32 * MiB);
        }

        foreach (var buffer in used) buffer.Dispose();
    }
}
