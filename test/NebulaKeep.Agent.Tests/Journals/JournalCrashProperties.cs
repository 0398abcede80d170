using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Agent.Journals;
using Phase = NebulaKeep.Rpc.AgentV1.ListJournalsResponse.Types.Phase;

namespace NebulaKeep.Agent.Tests.Journals;

/// <summary>A restore on a machine that crashes at any step, as often as it likes, and is always taken up again.</summary>
public sealed class JournalCrashProperties
{
    const string Root = "/r", Id = "1";
    static readonly string[] Paths = ["/d1/nebula", "/d2/nebula", "/r/cluster.id"];

    /// <param name="Existing">Which of the paths hold old data.</param>
    /// <param name="Fetched">How many of them got new data before the restore ended.</param>
    /// <param name="Crashes">Steps until each crash.</param>
    /// <param name="Ends">True: the restore succeeds and discards; false: it fails and puts back.</param>
    public sealed record Restore(bool[] Existing, int Fetched, int[] Crashes, bool Ends);

    static Gen<Restore> Restores() =>
        from existing in Gen.Elements(true, true, false).ArrayOf(Paths.Length)
        from fetched in Gen.Choose(0, Paths.Length)
        from count in Gen.Choose(0, 8)
        from crashes in Gen.Choose(0, 12).ArrayOf(count)
        from ends in Gen.Elements(true, false)
        select new Restore(existing, fetched, crashes, ends);

    [Fact]
    public void However_it_crashes_the_old_data_is_back_or_the_new_data_is_there_and_nothing_else_changed() =>
        Prop.ForAll(Restores().ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void A_crash_at_every_single_step_of_every_call_is_survived()
    {
        foreach (var ends in new[] { true, false })
        {
            foreach (var step in Enumerable.Range(0, 30)) Holds(new Restore([true, false, true], 3, [step], ends)).ShouldBeTrue($"a crash at step {step}");
        }
    }

    static bool Holds(Restore restore)
    {
        var (disk, crashes) = (new MemoryDisk(), new Queue<int>(restore.Crashes));
        var old = Paths.Where((_, i) => restore.Existing[i]).SelectMany(path => new[] { $"{path}/a", $"{path}/b" }).ToList();
        foreach (var file in old) disk.Write(file, $"old {file}");
        disk.Write("/d1/bystander", "untouched");
        disk.Write("/d1/nebula_old_2/a", "of another restore");

        var discarding = false;
        disk.Watch = () =>
        {
            if (!discarding && !old.TrueForAll(file => disk.Files.Values.Contains($"old {file}"))) throw new InvalidOperationException("old data is lost");
        };
        Persist(disk, crashes, journal => journal.SetAside(Paths, CancellationToken.None));
        foreach (var path in Paths.Take(restore.Fetched)) disk.Write($"{path}/new", "new");
        discarding = restore.Ends;
        Persist(disk, crashes, journal => restore.Ends ? journal.Discard() : journal.PutBack());

        var expected = restore.Ends
            ? Paths.Take(restore.Fetched).ToDictionary(path => $"{path}/new", _ => "new")
            : old.ToDictionary(file => file, file => $"old {file}");
        expected["/d1/bystander"] = "untouched";
        expected["/d1/nebula_old_2/a"] = "of another restore";
        return disk.Files.SequenceEqual(expected.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    /// <summary>Repeats a call until no crash cuts it; each time the agent comes up anew and knows only the disk.</summary>
    static void Persist(MemoryDisk disk, Queue<int> crashes, Func<Journal, object> call)
    {
        while (true)
        {
            if (crashes.TryDequeue(out var steps)) disk.CrashAfter(steps);
            else disk.NeverCrash();
            try
            {
                call(new Journal(disk, path => path, Root, Id));
                disk.NeverCrash();
                return;
            }
            catch (CrashException)
            {
                var described = new Journal(disk, path => path, Root, Id).Describe();
                if (described is { } journal) journal.Phase.ShouldNotBe(Phase.Unspecified);
            }
        }
    }
}
