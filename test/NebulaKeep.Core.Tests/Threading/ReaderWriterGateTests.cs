using NebulaKeep.Core.Threading;

namespace NebulaKeep.Core.Tests.Threading;

public sealed class ReaderWriterGateTests
{
    readonly ReaderWriterGate gate = new();

    [Fact]
    public async Task Readers_enter_together_and_a_writer_waits_for_the_last_of_them()
    {
        var (first, second) = (await gate.ReadAsync(default), await gate.ReadAsync(default));
        var writer = gate.WriteAsync(default);

        first.Dispose();
        first.Dispose();
        writer.IsCompleted.ShouldBeFalse();
        second.Dispose();

        (await writer).Dispose();
    }

    [Fact]
    public async Task A_waiting_writer_holds_back_later_readers()
    {
        var reading = await gate.ReadAsync(default);
        var (writer, later) = (gate.WriteAsync(default), gate.ReadAsync(default));
        reading.Dispose();

        var writing = await writer;
        later.IsCompleted.ShouldBeFalse();
        writing.Dispose();

        (await later).Dispose();
    }

    [Fact]
    public async Task A_writer_that_is_cancelled_while_it_waits_lets_the_readers_behind_it_in()
    {
        using var cancel = new CancellationTokenSource();
        using var reading = await gate.ReadAsync(default);
        var (writer, later) = (gate.WriteAsync(cancel.Token), gate.ReadAsync(default));

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(writer);
        (await later).Dispose();
    }
}
