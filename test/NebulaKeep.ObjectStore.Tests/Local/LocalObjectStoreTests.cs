using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.Local;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.Local;

public sealed class LocalObjectStoreTests : ObjectStoreContract
{
    readonly string parent = Directory.CreateTempSubdirectory("nk-store-").FullName;

    string Root => Path.Join(parent, "root");

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult(Open($"local://{Root}"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public async Task The_root_is_made_by_the_first_put()
    {
        Directory.Exists(Root).ShouldBeFalse();
        await Store.PutTextAsync("a", "x");
        File.ReadAllText(Path.Join(Root, "a")).ShouldBe("x");
    }

    [Fact]
    public async Task A_root_without_parent_is_named_by_every_call()
    {
        await using var store = Open($"local://{parent}/no/root");
        await store.PutTextAsync("k", "x").ShouldFailAsync(StoreFailure.RootNotFound);
        await store.OpenReadAsync("k", null, default).ShouldFailAsync(StoreFailure.RootNotFound);
        await store.StatAsync("k", default).ShouldFailAsync(StoreFailure.RootNotFound);
        await store.ListAsync("", default).ToListAsync().AsTask().ShouldFailAsync(StoreFailure.RootNotFound);
        await store.DeleteAsync(["k"], default).ShouldFailAsync(StoreFailure.RootNotFound);
        (await store.ListFoldersAsync("", default).ToListAsync().AsTask().ShouldFailAsync(StoreFailure.RootNotFound)).Message.ShouldContain($"{parent}/no");
    }

    [Fact]
    public async Task Links_inside_the_root_lead_nowhere()
    {
        await Store.PutTextAsync("a", "x");
        var outside = Directory.CreateDirectory(Path.Join(parent, "outside")).FullName;
        File.WriteAllText(Path.Join(outside, "secret"), "s");
        File.CreateSymbolicLink(Path.Join(Root, "folder"), outside);
        File.CreateSymbolicLink(Path.Join(Root, "file"), Path.Join(outside, "secret"));

        await Store.OpenReadAsync("folder/secret", null, default).ShouldFailAsync(StoreFailure.Forbidden);
        await Store.OpenReadAsync("file", null, default).ShouldFailAsync(StoreFailure.Forbidden);
        await Store.PutTextAsync("folder/new", "x").ShouldFailAsync(StoreFailure.Forbidden);
        await Store.DeleteAsync(["folder/secret"], default).ShouldFailAsync(StoreFailure.Forbidden);
        (await Store.KeysAsync("")).ShouldBe(["a"]);
        Directory.EnumerateFiles(outside).ShouldHaveSingleItem();
        File.ReadAllText(Path.Join(outside, "secret")).ShouldBe("s");
    }

    [Fact]
    public async Task Temporary_files_are_not_listed_and_their_names_not_taken()
    {
        await Store.PutTextAsync("a/b", "x");
        var debris = LocalPaths.NewTemporary(Path.Join(Root, "a"));
        File.WriteAllText(debris, "half");
        (await Store.KeysAsync("")).ShouldBe(["a/b"]);
        await Should.ThrowAsync<ArgumentException>(() => Store.PutTextAsync("a/" + Path.GetFileName(debris), "x"));
    }

    [Fact]
    public async Task Debris_of_a_dead_writer_goes_with_the_folder_and_that_of_a_living_one_stays()
    {
        await Store.PutTextAsync("old/b", "x");
        await Store.PutTextAsync("new/b", "x");
        var old = LocalPaths.NewTemporary(Path.Join(Root, "old"));
        File.WriteAllText(old, "half");
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-2));
        File.WriteAllText(LocalPaths.NewTemporary(Path.Join(Root, "new")), "half");
        await Store.DeleteAsync(["old/b", "new/b"], default);
        Directory.Exists(Path.Join(Root, "old")).ShouldBeFalse();
        Directory.Exists(Path.Join(Root, "new")).ShouldBeTrue();
        (await Store.FoldersAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Pipes_are_no_objects_and_nobody_waits_for_them()
    {
        await Store.PutTextAsync("a", "x");
        using var made = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("mkfifo", [Path.Join(Root, "pipe")]))!;
        await made.WaitForExitAsync();
        made.ExitCode.ShouldBe(0);
        (await Store.KeysAsync("")).ShouldBe(["a"]);
        await Store.OpenReadAsync("pipe", null, default).ShouldFailAsync(StoreFailure.NotFound);
    }

    [Fact]
    public async Task An_object_and_a_folder_cannot_have_one_name()
    {
        await Store.PutTextAsync("a", "x");
        await Should.ThrowAsync<ObjectStoreException>(() => Store.PutTextAsync("a/b", "x"));
        await Store.PutTextAsync("c/d", "x");
        await Should.ThrowAsync<ObjectStoreException>(() => Store.PutTextAsync("c", "x"));
        await Should.ThrowAsync<ObjectStoreException>(() => Store.PutTextAsync("c", "x", PutCondition.CreateOnly));
        (await Store.KeysAsync("")).ShouldBe(["a", "c/d"]);
        Directory.EnumerateFiles(Root, ".*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_cut_while_it_is_read_is_not_a_short_read()
    {
        await Store.PutTextAsync("k", new string('x', 1000));
        await using var content = await Store.OpenReadAsync("k", null, default);
        await using (var file = new FileStream(Path.Join(Root, "k"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(10);
        (await Should.ThrowAsync<ObjectStoreException>(() => content.CopyToAsync(Stream.Null))).Failure.ShouldBe(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public void A_full_disk_is_told_from_other_errors()
    {
        var error = Should.Throw<IOException>(() =>
        {
            using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
            RandomAccess.Write(full, [1], 0);
        });
        LocalFailures.Classify(error).ShouldBe(StoreFailure.Full);
        LocalFailures.Translate(error, "Writing 'k'").Message.ShouldContain("Free space");
    }

    [Fact]
    public void Missing_rights_are_told_from_other_errors() =>
        LocalFailures.Classify(PosixFiles.Failed(PosixFiles.Eacces, "/x")).ShouldBe(StoreFailure.Forbidden);

    [Fact]
    public void Renaming_without_replacing_is_a_second_way_to_create()
    {
        var (from, to) = (Path.Join(parent, "from"), Path.Join(parent, "to"));
        File.WriteAllText(from, "1");
        PosixFiles.RenameNew(from, to).ShouldBe(0);
        File.WriteAllText(from, "2");
        PosixFiles.RenameNew(from, to).ShouldBe(PosixFiles.Eexist);
        File.ReadAllText(to).ShouldBe("1");
    }

    protected override Task ShouldHoldNoDebrisAsync()
    {
        if (Directory.Exists(Root)) Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        return Task.CompletedTask;
    }

    static IObjectStore Open(string uri) => ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse(uri) }, NullLoggerFactory.Instance, TimeProvider.System);
}
