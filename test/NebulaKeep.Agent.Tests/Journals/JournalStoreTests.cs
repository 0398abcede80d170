using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc;
using Phase = NebulaKeep.Rpc.AgentV1.ListJournalsResponse.Types.Phase;

namespace NebulaKeep.Agent.Tests.Journals;

public sealed class JournalStoreTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly HostFolder host = new();
    readonly JournalStore store;

    public JournalStoreTests() => store = new JournalStore(host.Guard, host.Allowed, new MoveDisk(host.Guard), _ => { });

    string Nebula => $"{host.Data}/nebula";

    [Fact]
    public async Task Data_goes_aside_and_comes_back_on_a_real_disk_and_the_journal_is_listed_meanwhile()
    {
        HostFolder.Write($"{Nebula}/1/f", "old");
        HostFolder.Write($"{host.Root}/cluster.id", "7");
        await store.SetAsideAsync("j1", host.Root, [Nebula, $"{host.Root}/cluster.id"], None);
        HostFolder.Write($"{Nebula}/1/f", "new");

        var journal = (await store.ListAsync([], None)).ShouldHaveSingleItem();
        (journal.JournalId, journal.Root, journal.Phase, journal.Moves.Count).ShouldBe(("j1", host.Root, Phase.SetAside, 2));
        await store.PutBackAsync("j1", host.Root, None);

        File.ReadAllText($"{Nebula}/1/f").ShouldBe("old");
        File.ReadAllText($"{host.Root}/cluster.id").ShouldBe("7");
        (await store.ListAsync([host.Root], None)).ShouldBeEmpty();
        Directory.GetFileSystemEntries(host.Data).ShouldBe([Nebula]);
    }

    [Fact]
    public async Task Discarding_removes_what_was_set_aside_and_nothing_else()
    {
        HostFolder.Write($"{Nebula}/f", "old");
        HostFolder.Write($"{host.Data}/nebula_old_other/f", "somebody's");
        await store.SetAsideAsync("j1", host.Root, [Nebula], None);

        await store.DiscardAsync("j1", host.Root, None);

        Directory.GetFileSystemEntries(host.Data).ShouldBe([$"{host.Data}/nebula_old_other"]);
    }

    [Fact]
    public async Task Without_a_journal_nothing_is_moved_or_removed()
    {
        HostFolder.Write($"{host.Data}/nebula_old_j1/f", "old");

        (await store.DiscardAsync("j1", host.Root, None)).ShouldBeEmpty();
        (await store.PutBackAsync("j1", host.Root, None)).ShouldBeEmpty();

        File.Exists($"{host.Data}/nebula_old_j1/f").ShouldBeTrue();
    }

    [Fact]
    public async Task What_another_unfinished_restore_set_aside_is_not_set_aside_again()
    {
        HostFolder.Write($"{Nebula}/f", "old");
        await store.SetAsideAsync("first", host.Root, [Nebula], None);
        HostFolder.Write($"{Nebula}/f", "half restored");

        (await store.SetAsideAsync("second", host.Root, [Nebula], None).ShouldFailAsync(GrpcStatusCode.FailedPrecondition)).Message.ShouldContain("the restore first");

        await store.PutBackAsync("first", host.Root, None);
        (await store.SetAsideAsync("second", host.Root, [Nebula], None)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    public void An_id_that_is_no_plain_name_is_refused(string id) =>
        ((Func<object?>)(() => store.DiscardAsync(id, host.Root, None))).ShouldBeRefused(GrpcStatusCode.InvalidArgument);

    [Fact]
    public void Roots_and_paths_outside_are_refused_before_anything_moves()
    {
        HostFolder.Write($"{Nebula}/f", "old");

        ((Func<object?>)(() => store.SetAsideAsync("j", host.Outside, [Nebula], None))).ShouldBeRefused();
        ((Func<object?>)(() => store.SetAsideAsync("j", host.Root, [Nebula, host.Outside], None))).ShouldBeRefused();
        ((Func<object?>)(() => store.SetAsideAsync("j", host.Root, [Nebula, host.Data], None))).ShouldBeRefused();

        File.Exists($"{Nebula}/f").ShouldBeTrue();
        Directory.Exists($"{host.Root}/.nebulakeep").ShouldBeFalse();
    }

    [Fact]
    public async Task A_forged_journal_removes_nothing_outside()
    {
        var forged = new JournalEntry(JournalAction.Move, host.Outside, $"{host.Outside}_old_evil").ToLine() + "\n";
        HostFolder.Write($"{host.Root}/.nebulakeep/restore-evil.journal", forged);
        Directory.CreateDirectory($"{host.Outside}_old_evil");

        await store.DiscardAsync("evil", host.Root, None).ShouldFailAsync(GrpcStatusCode.PermissionDenied);
        await store.PutBackAsync("evil", host.Root, None).ShouldFailAsync(GrpcStatusCode.PermissionDenied);

        Directory.Exists($"{host.Outside}_old_evil").ShouldBeTrue();
        File.Exists($"{host.Outside}/secret").ShouldBeTrue();
    }

    [Fact]
    public async Task Journals_are_listed_also_while_files_are_fetched()
    {
        using var inPlace = await store.KeepInPlaceAsync(None);

        (await store.ListAsync([host.Root], None).WaitAsync(TimeSpan.FromSeconds(20), None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_moves_while_files_are_fetched()
    {
        var inPlace = await store.KeepInPlaceAsync(None);
        var putBack = store.PutBackAsync("j1", host.Root, None);

        putBack.IsCompleted.ShouldBeFalse();
        inPlace.Dispose();

        (await putBack).ShouldBeEmpty();
    }

    public void Dispose() => host.Dispose();
}
