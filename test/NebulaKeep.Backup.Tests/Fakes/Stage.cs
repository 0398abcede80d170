using System.Runtime.CompilerServices;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>
/// Lets several actors use one store: one call at a time, and chance decides whose. An actor can be made to die at its nth
/// write or delete, before it, after it, or in the middle of a batch; a dead actor does nothing more.
/// </summary>
sealed class Stage(IObjectStore inner, Random random)
{
    readonly Lock gate = new();
    readonly List<TaskCompletionSource> waiting = [];
    readonly SemaphoreSlim arrived = new(0);

    /// <summary>Runs actors to their ends; the death of one is no failure.</summary>
    public async Task RunAsync(params Actor[] actors)
    {
        var all = Task.WhenAll(actors.Select(PlayAsync));
        while (!all.IsCompleted)
            if (Next() is { } turn) turn.SetResult();
            else await Task.WhenAny(all, arrived.WaitAsync());
        await all;
    }

    async Task PlayAsync(Actor actor)
    {
        try
        {
            await actor.Play(new Seat(this, inner, actor));
        }
        catch (ActorDiedException)
        {
            actor.Died = true;
        }
    }

    TaskCompletionSource? Next()
    {
        lock (gate)
        {
            if (waiting.Count == 0) return null;
            var chosen = waiting[random.Next(waiting.Count)];
            waiting.Remove(chosen);
            return chosen;
        }
    }

    int Roll(int sides)
    {
        lock (gate) return random.Next(sides);
    }

    Task TurnAsync()
    {
        var turn = new TaskCompletionSource();
        lock (gate) waiting.Add(turn);
        arrived.Release();
        return turn.Task;
    }

    /// <summary>Someone who uses the store.</summary>
    /// <param name="Play">What it does.</param>
    /// <param name="DiesAt">Its last write or delete, counted from 1; 0: it lives.</param>
    public sealed record Actor(Func<IObjectStore, Task> Play, int DiesAt = 0)
    {
        public int Changes { get; set; }

        public bool Died { get; set; }
    }

    sealed class Seat(Stage stage, IObjectStore inner, Actor actor) : IObjectStore
    {
        public string Location => inner.Location;

        public Task<StoredObject> PutAsync(string key, Stream content, PutCondition condition, CancellationToken cancellationToken) =>
            ChangeAsync(() => inner.PutAsync(key, content, condition, cancellationToken), half: null);

        public Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => ChangeAsync(
            async () =>
            {
                await inner.DeleteAsync(keys, cancellationToken);
                return true;
            },
            half: () => inner.DeleteAsync([.. keys.Take(keys.Count / 2)], cancellationToken));

        public Task<Stream> OpenReadAsync(string key, ByteRange? range, CancellationToken cancellationToken) => LookAsync(() => inner.OpenReadAsync(key, range, cancellationToken));

        public Task<StoredObject?> StatAsync(string key, CancellationToken cancellationToken) => LookAsync(() => inner.StatAsync(key, cancellationToken));

        public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var item in await LookAsync(() => inner.ListAsync(prefix, cancellationToken).ToListAsync(cancellationToken).AsTask())) yield return item;
        }

        public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var item in await LookAsync(() => inner.ListFoldersAsync(folder, cancellationToken).ToListAsync(cancellationToken).AsTask())) yield return item;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        async Task<T> LookAsync<T>(Func<Task<T>> call)
        {
            await stage.TurnAsync();
            return actor.Died ? throw new ActorDiedException() : await call();
        }

        async Task<T> ChangeAsync<T>(Func<Task<T>> call, Func<Task>? half)
        {
            await stage.TurnAsync();
            if (actor.Died) throw new ActorDiedException();
            actor.Changes++;
            if (actor.Changes != actor.DiesAt) return await call();
            actor.Died = true;
            var way = stage.Roll(3);
            if (way == 0) await call();
            if (way == 1 && half is not null) await half();
            throw new ActorDiedException();
        }
    }
}

/// <summary>The process of an actor is gone. No kind of failure that the product knows.</summary>
sealed class ActorDiedException : Exception;
