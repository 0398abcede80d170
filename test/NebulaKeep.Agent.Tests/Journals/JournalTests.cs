using NebulaKeep.Agent.Journals;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc;
using Phase = NebulaKeep.Rpc.AgentV1.ListJournalsResponse.Types.Phase;

namespace NebulaKeep.Agent.Tests.Journals;

public sealed class JournalTests
{
    const string File = "/r/.nebulakeep/restore-1.journal";
    readonly MemoryDisk disk = new();

    Journal Journal => new(disk, path => path, "/r", "1");

    [Fact]
    public void Data_goes_aside_under_a_name_that_says_why_and_comes_back()
    {
        disk.Write("/d/nebula/f", "old");

        var moves = Journal.SetAside(["/d/nebula"], CancellationToken.None);
        disk.Files["/d/nebula_old_1/f"].ShouldBe("old");
        disk.Write("/d/nebula/f", "new");
        Journal.PutBack();

        (moves.ShouldHaveSingleItem().From, moves[0].To).ShouldBe(("/d/nebula", "/d/nebula_old_1"));
        disk.Files.ShouldHaveSingleItem().ShouldBe(new("/d/nebula/f", "old"));
    }

    [Fact]
    public void What_was_not_there_is_journaled_and_gone_again_after_putting_back()
    {
        Journal.SetAside(["/d2/nebula"], CancellationToken.None).ShouldHaveSingleItem().To.ShouldBe("");
        disk.Write("/d2/nebula/f", "new");

        Journal.PutBack();

        disk.Files.ShouldBeEmpty();
    }

    [Fact]
    public void Repeating_a_call_is_harmless()
    {
        disk.Write("/d/nebula/f", "old");
        Journal.SetAside(["/d/nebula"], CancellationToken.None);
        disk.Write("/d/nebula/f", "new");

        Journal.SetAside(["/d/nebula", "/d/nebula"], CancellationToken.None).Count.ShouldBe(1);
        disk.Files["/d/nebula/f"].ShouldBe("new");
        Journal.Discard().Count.ShouldBe(1);
        Journal.Discard().ShouldBeEmpty();
        Journal.PutBack().ShouldBeEmpty();
        disk.Files.ShouldHaveSingleItem().Value.ShouldBe("new");
    }

    [Fact]
    public void A_journal_that_is_being_discarded_is_neither_put_back_nor_continued()
    {
        var discarding = Begun(journal => journal.Discard());
        discarding.Describe()!.Value.Phase.ShouldBe(Phase.Discarding);
        Refused(() => discarding.PutBack(), GrpcStatusCode.FailedPrecondition);
        Refused(() => discarding.SetAside(["/x"], CancellationToken.None), GrpcStatusCode.FailedPrecondition);
    }

    [Fact]
    public void A_journal_that_is_being_put_back_is_not_discarded()
    {
        var puttingBack = Begun(journal => journal.PutBack());
        puttingBack.Describe()!.Value.Phase.ShouldBe(Phase.PuttingBack);
        Refused(() => puttingBack.Discard(), GrpcStatusCode.FailedPrecondition);
    }

    [Fact]
    public void An_old_copy_that_no_journal_explains_is_left_alone()
    {
        disk.Write("/d/nebula/f", "data");
        disk.Write("/d/nebula_old_1/f", "whose?");

        Refused(() => Journal.SetAside(["/d/nebula"], CancellationToken.None), GrpcStatusCode.AlreadyExists).Message.ShouldContain("/d/nebula_old_1");

        disk.Files.Count.ShouldBe(2);
        Journal.Discard().ShouldBeEmpty();
        disk.Files.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("/d/nebula", "/d/nebula/1")]
    [InlineData("/d/nebula/1/x", "/d/nebula")]
    public void A_path_inside_another_is_refused_before_anything_moves(params string[] paths)
    {
        disk.Write("/d/nebula/1/x/f", "old");

        Refused(() => Journal.SetAside(paths, CancellationToken.None), GrpcStatusCode.InvalidArgument);

        disk.Files.ShouldHaveSingleItem().Key.ShouldBe("/d/nebula/1/x/f");
    }

    [Fact]
    public void A_path_inside_one_that_was_set_aside_earlier_is_refused()
    {
        disk.Write("/d/nebula/f", "old");
        Journal.SetAside(["/d/nebula"], CancellationToken.None);

        Refused(() => Journal.SetAside(["/d/nebula/1"], CancellationToken.None), GrpcStatusCode.InvalidArgument);
        Refused(() => Journal.SetAside(["/d/nebula_old_1"], CancellationToken.None), GrpcStatusCode.InvalidArgument);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""{"action":"move","from":"/d/nebula"}""")]
    [InlineData("""{"action":"move","from":"/d/nebula","to":"/etc"}""")]
    [InlineData("""{"action":"move","from":"/d/nebula","to":"/d/nebula_old_2"}""")]
    [InlineData("""{"action":"absent"}""")]
    public void A_line_that_no_agent_wrote_stops_everything(string line)
    {
        disk.Write("/d/nebula/f", "data");
        disk.Write("/etc/f", "data");
        disk.Write(File, line + "\n");

        Refused(() => Journal.Discard(), GrpcStatusCode.DataLoss);
        Refused(() => Journal.PutBack(), GrpcStatusCode.DataLoss);
        Refused(() => Journal.SetAside(["/d/nebula"], CancellationToken.None), GrpcStatusCode.DataLoss);
        disk.Files.Count.ShouldBe(3);
    }

    [Fact]
    public void A_journal_that_names_what_may_not_be_moved_is_not_believed()
    {
        disk.Write(File, new JournalEntry(JournalAction.Absent, "/etc").ToLine() + "\n");
        var journal = new Journal(disk, path => throw new AgentFailureException(GrpcStatusCode.PermissionDenied, $"{path} is outside"), "/r", "1");

        Refused(() => journal.PutBack(), GrpcStatusCode.PermissionDenied);
    }

    [Fact]
    public void Lost_data_is_reported()
    {
        disk.Write(File, new JournalEntry(JournalAction.Move, "/d/nebula", "/d/nebula_old_1").ToLine() + "\n");

        Refused(() => Journal.SetAside(["/d/nebula"], CancellationToken.None), GrpcStatusCode.DataLoss).Message.ShouldContain("neither /d/nebula nor");
    }

    Journal Begun(Action<Journal> end)
    {
        disk.NeverCrash();
        disk.Write("/d/nebula/f", "old");
        Journal.SetAside(["/d/nebula"], CancellationToken.None);
        disk.CrashAfter(2);
        Should.Throw<CrashException>(() => end(Journal));
        disk.NeverCrash();
        return Journal;
    }

    static AgentFailureException Refused(Func<object?> action, GrpcStatusCode code) => action.ShouldBeRefused(code);
}
