namespace NebulaKeep.Core.Threading;

/// <summary>
/// A lock for many readers or one writer that is awaited, in order of arrival: a waiting writer holds back later readers,
/// as metad's own locks do (spec/meta-thrift.md §4). Who is cancelled while waiting leaves the queue.
/// </summary>
public sealed class ReaderWriterGate
{
    readonly Lock gate = new();
    readonly LinkedList<(bool Writer, TaskCompletionSource Turn)> waiting = new();
    int readers;
    bool writing;

    /// <summary>Enters as a reader; dispose the result to leave.</summary>
    public Task<IDisposable> ReadAsync(CancellationToken cancellationToken) => EnterAsync(writer: false, cancellationToken);

    /// <summary>Enters as the only one; dispose the result to leave.</summary>
    public Task<IDisposable> WriteAsync(CancellationToken cancellationToken) => EnterAsync(writer: true, cancellationToken);

    async Task<IDisposable> EnterAsync(bool writer, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(bool, TaskCompletionSource)> place;
        lock (gate)
        {
            place = waiting.AddLast((writer, turn));
            Admit();
        }

        await using var registration = cancellationToken.Register(() => GiveUp(place, turn, cancellationToken));
        await turn.Task;
        return new Pass(this, writer);
    }

    void GiveUp(LinkedListNode<(bool, TaskCompletionSource)> place, TaskCompletionSource turn, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (place.List is null) return;
            waiting.Remove(place);
            turn.SetCanceled(cancellationToken);
            Admit();
        }
    }

    void Leave(bool writer)
    {
        lock (gate)
        {
            if (writer) writing = false;
            else readers--;
            Admit();
        }
    }

    void Admit()
    {
        while (waiting.First is { } first && !writing && (readers == 0 || !first.Value.Writer))
        {
            waiting.RemoveFirst();
            if (first.Value.Writer) writing = true;
            else readers++;
            first.Value.Turn.SetResult();
        }
    }

    sealed class Pass(ReaderWriterGate owner, bool writer) : IDisposable
    {
        int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0) owner.Leave(writer);
        }
    }
}
