using System.Text.RegularExpressions;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Core.Threading;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Journals;

/// <summary>
/// The journals of this host's daemons. One change at a time: two restores of a host must not interleave. None while files are
/// fetched into the directories, also where the br that asked for them was killed.
/// </summary>
/// <param name="requireStopped">Fails where a daemon of a root runs; asked before anything that exists is moved. A restore's mark moves nothing.</param>
sealed partial class JournalStore(DirectoryGuard guard, IAllowedDirectories allowed, IMoveDisk disk, Action<string> requireStopped)
{
    readonly ReaderWriterGate gate = new();

    /// <summary>Waits for running moves; none begins before the result is disposed.</summary>
    public Task<IDisposable> KeepInPlaceAsync(CancellationToken cancellationToken) => gate.ReadAsync(cancellationToken);

    /// <inheritdoc cref="Journal.SetAside"/>
    public Task<IReadOnlyList<Move>> SetAsideAsync(string id, string root, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var (journal, movable) = (Open(id, root), paths.Select(guard.Movable).ToList());
        return AloneAsync(() =>
        {
            CheckOthers(id, root, movable);
            if (movable.Any(disk.Exists)) requireStopped(guard.Root(root));
            return journal.SetAside(movable, cancellationToken);
        }, cancellationToken);
    }

    /// <inheritdoc cref="Journal.PutBack"/>
    public Task<IReadOnlyList<Move>> PutBackAsync(string id, string root, CancellationToken cancellationToken)
    {
        var journal = Open(id, root);
        return AloneAsync(() =>
        {
            if (journal.Describe() is { } state && state.Moves.Any(move => disk.Exists(move.From) || (move.To.Length > 0 && disk.Exists(move.To)))) requireStopped(guard.Root(root));
            return journal.PutBack();
        }, cancellationToken);
    }

    /// <inheritdoc cref="Journal.Discard"/>
    public Task<IReadOnlyList<Move>> DiscardAsync(string id, string root, CancellationToken cancellationToken)
    {
        var journal = Open(id, root);
        return AloneAsync(journal.Discard, cancellationToken);
    }

    /// <summary>The journals below some roots, or below all.</summary>
    public async Task<IReadOnlyList<ListJournalsResponse.Types.Journal>> ListAsync(IReadOnlyCollection<string> roots, CancellationToken cancellationToken)
    {
        var wanted = roots.Count == 0 ? allowed.Roots : [.. roots.Select(guard.Root)];
        using var inPlace = await KeepInPlaceAsync(cancellationToken);
        return await Task.Run(() => wanted.SelectMany(ListIn).ToList(), cancellationToken);
    }

    Journal Open(string id, string root) => IdPattern().IsMatch(id)
        ? new Journal(disk, guard.Movable, guard.Root(root), id)
        : throw new AgentFailureException(GrpcStatusCode.InvalidArgument, "a journal id is 1 to 64 letters, digits, '_' and '-'");

    /// <summary>Data that an earlier, unfinished restore put there is not worth keeping; its own journal has the old data.</summary>
    void CheckOthers(string id, string root, IReadOnlyCollection<string> paths)
    {
        foreach (var other in ListIn(guard.Root(root)).Where(journal => journal.JournalId != id))
        {
            var taken = other.Moves.FirstOrDefault(move => paths.Contains(move.From, StringComparer.Ordinal));
            if (taken is not null) throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"{taken.From} was set aside by the restore {other.JournalId}, which has not ended; put it back or discard it first");
        }
    }

    IEnumerable<ListJournalsResponse.Types.Journal> ListIn(string root)
    {
        var folder = $"{root}/{Journal.Folder}";
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (FilePattern().Match(Path.GetFileName(file)) is not { Success: true } match) continue;
            var id = match.Groups["id"].Value;
            if (new Journal(disk, guard.Movable, root, id).Describe() is { } journal)
                yield return new() { JournalId = id, Root = root, Moves = { journal.Moves }, Phase = journal.Phase };
        }
    }

    /// <summary>Moves and removals block for as long as the disk takes; they run to their end once begun.</summary>
    async Task<T> AloneAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var alone = await gate.WriteAsync(cancellationToken);
        return await Task.Run(work, CancellationToken.None);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"\Arestore-(?<id>[A-Za-z0-9_-]{1,64})\.journal\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FilePattern();
}
