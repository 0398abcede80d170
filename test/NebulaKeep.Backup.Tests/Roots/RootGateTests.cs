using NebulaKeep.Backup.Manifests;
using NebulaKeep.Backup.Roots;
using NebulaKeep.Backup.Tests.Fakes;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;

namespace NebulaKeep.Backup.Tests.Roots;

public sealed class RootGateTests
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly UnlockSecret Secret = UnlockSecret.FromKeyFile("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    static readonly UnlockSecret Other = UnlockSecret.FromKeyFile("IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    static readonly RootWish Encrypt = new(Encrypt: true);
    readonly Scene scene = new();

    RootGate Gate => new(scene.Store, TimeProvider.System);

    KeyRing Ring => new(scene.Store, TimeProvider.System);

    [Fact]
    public async Task The_first_backup_seals_and_later_ones_open()
    {
        var made = (await Gate.OpenForBackupAsync(Encrypt, Secret, None))!;

        (await Gate.OpenForBackupAsync(RootWish.AsItIs, Secret, None)).ShouldBe(made);
        (await Gate.OpenForBackupAsync(Encrypt, Secret, None)).ShouldBe(made);
        (await Gate.OpenAsync(Secret, None)).ShouldBe(made);
        (await Should.ThrowAsync<RootException>(() => Gate.OpenAsync(Other, None))).Problem.ShouldBe(RootProblem.KeyWrong);
        (await Should.ThrowAsync<RootException>(() => Gate.OpenAsync(null, None))).Problem.ShouldBe(RootProblem.KeyMissing);
    }

    [Fact]
    public async Task A_plain_root_costs_one_request_and_gets_no_object()
    {
        (await Gate.OpenForBackupAsync(RootWish.AsItIs, null, None)).ShouldBeNull();

        scene.Gate.Calls.ShouldBe([$"store read {RootFile.Key}"]);
        (await scene.KeysAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("BACKUP_2026_11_22_08_00_00/meta/x.sst")]
    [InlineData(".nebulakeep/lock-0123456789abcdef/1.json")]
    public async Task A_run_that_began_in_the_clear_keeps_the_root_from_being_sealed_unseen(string key)
    {
        // The other run's first object comes between the look at the root and the root's description.
        scene.Gate.Before = (_, call) =>
        {
            if (call == $"store put {RootFile.Key}") scene.Objects.PutAsync(key, new MemoryStream([1]), PutCondition.CreateOnly, None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        (await Should.ThrowAsync<RootException>(() => Gate.OpenForBackupAsync(Encrypt, Secret, None))).Message.ShouldContain("Another backup began");

        // A third run may have encrypted with its key by now.
        (await scene.KeysAsync()).ShouldContain(RootFile.Key);
    }

    [Fact]
    public async Task Of_two_runs_that_seal_one_root_one_gives_up()
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call == $"store put {RootFile.Key}") RootFiles.CreateAsync(scene.Objects, RootKeys.Create(ContentCompression.None, Other, DateTimeOffset.UnixEpoch), None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        (await Should.ThrowAsync<RootException>(() => Gate.OpenForBackupAsync(Encrypt, Secret, None))).Message.ShouldContain("Another run is making");

        scene.Gate.Before = (_, _) => { };
        (await Gate.OpenAsync(Other, None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plain_backup_gives_up_where_the_root_was_sealed_while_it_began()
    {
        scene.Gate.Before = (_, call) =>
        {
            if (call.StartsWith($"store put {BackupLayout.OwnFolder}/lock-", StringComparison.Ordinal))
                RootFiles.ReplaceAsync(scene.Objects, RootKeys.Create(ContentCompression.None, Secret, DateTimeOffset.UnixEpoch), None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        (await Should.ThrowAsync<NebulaKeepException>(() => scene.BackUpAsync())).Message.ShouldContain("became a sealed root");

        (await scene.KeysAsync()).ShouldBe([RootFile.Key]);
        scene.Gate.Calls.ShouldNotContain(call => call.Contains("createBackup", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_key_that_changes_beside_another_change_is_noticed()
    {
        await Gate.OpenForBackupAsync(Encrypt, Secret, None);
        var puts = 0;
        scene.Gate.After = (_, call) =>
        {
            if (call == $"store put {RootFile.Key}" && ++puts == 1) RootFiles.ReplaceAsync(scene.Objects, RootKeys.Create(ContentCompression.None, Other, DateTimeOffset.UnixEpoch), None).IsCompletedSuccessfully.ShouldBeTrue();
        };

        (await Should.ThrowAsync<NebulaKeepException>(() => Ring.AddAsync(Secret, UnlockSecret.FromPassphrase("correct horse battery staple"), None))).Message.ShouldContain("Another run changes the keys");
    }

    [Fact]
    public async Task No_more_keys_are_added_than_are_read()
    {
        await Gate.OpenForBackupAsync(Encrypt, Secret, None);
        for (var i = 1; i < RootFileJson.MaxKeys; i++) await Ring.AddAsync(Secret, UnlockSecret.FromKeyFile(Convert.ToBase64String([.. Enumerable.Repeat((byte)i, 32)])), None);

        (await Should.ThrowAsync<RootException>(() => Ring.AddAsync(Secret, Other, None))).Message.ShouldContain("the most there can be");

        (await Ring.ListAsync(None)).Count.ShouldBe(RootFileJson.MaxKeys);
        (await Gate.OpenAsync(Secret, None)).ShouldNotBeNull();
    }
}
