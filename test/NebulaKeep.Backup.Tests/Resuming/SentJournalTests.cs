using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Resuming;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.Testing;

namespace NebulaKeep.Backup.Tests.Resuming;

public sealed class SentJournalTests
{
    const int FileBytes = 100_000;
    static readonly BackupName Name = BackupName.Parse("BACKUP_2026_11_22_08_00_00");
    readonly MemoryObjectStore objects = new(TimeProvider.System);
    readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Gate gate = new();

    [Fact]
    public async Task While_the_store_writes_slowly_senders_wait_before_much_is_forgotten()
    {
        gate.Before = (_, _) => release.Task.GetAwaiter().GetResult();
        var journal = new SentJournal(new GatedStore(objects, gate), Name, first: 1);
        var added = 0;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await journal.AddAsync(File(i), CancellationToken.None);
                Interlocked.Increment(ref added);
            }
        });
        await Eventually.TrueAsync(() => gate.Calls.Count == 1, "the first part is being written");

        // Three files make a part, three more may wait, and the sender waits with the last of them.
        await Eventually.TrueAsync(() => Volatile.Read(ref added) == 5, "as much again may wait");
        sending.IsCompleted.ShouldBeFalse();

        release.SetResult();
        await sending;
        await journal.EndAsync(writeRest: true, CancellationToken.None);
        (await ListedAsync()).Count.ShouldBe(100);
    }

    [Fact]
    public async Task A_part_that_cannot_be_written_is_written_with_the_next()
    {
        gate.Before = Scene.FailAt(1);
        var journal = new SentJournal(new GatedStore(objects, gate), Name, first: 1);

        for (var i = 0; i < 10; i++) await journal.AddAsync(File(i), CancellationToken.None);
        await journal.EndAsync(writeRest: true, CancellationToken.None);

        (await ListedAsync()).Count.ShouldBe(10);
    }

    static SentFile File(int number)
    {
        var digit = (number % 10).ToString(System.Globalization.CultureInfo.InvariantCulture)[0];
        return new SentFile(Entry(number, digit), null);
    }

    static ManifestFile Entry(int number, char digit) => new()
    {
        Path = $"data/n1:9779/data0/1/data/{number:000000}.sst",
        Size = FileBytes,
        Sha256 = new string(digit, 64),
        Crc32C = new string(digit, 8),
        Inode = 1,
        MtimeNanos = 1,
    };

    async Task<IReadOnlyList<ManifestFile>> ListedAsync()
    {
        // What is listed counts only where the store holds it.
        for (var i = 0; i < 100; i++) await objects.PutAsync($"{Name}/{File(i).File.Path}", new MemoryStream(new byte[FileBytes]), ObjectStore.PutCondition.Overwrite, CancellationToken.None);
        return (await new SentFilesReader(objects, new RecordingObserver()).ReadAsync(Name, CancellationToken.None)).Files;
    }
}
