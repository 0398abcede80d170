using System.Text;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

public sealed class RootFileTests
{
    const int Iterations = 10_000; // the fewest that are read; what they cost an attacker is not tested here
    static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    static readonly UnlockSecret KeyFile = UnlockSecret.FromKeyFile("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    static readonly UnlockSecret Passphrase = UnlockSecret.FromPassphrase("correct horse battery staple\n");

    [Fact]
    public void A_key_file_and_a_passphrase_open_the_same_root()
    {
        var file = RootKeys.Create(ContentCompression.Zstd, KeyFile, Now);
        var both = RootKeys.Add(file, RootKeys.Open(file, KeyFile)!, Passphrase, Now, Iterations);
        var read = Again(both);
        var (one, other) = (RootKeys.Open(read, KeyFile)!, RootKeys.Open(read, Passphrase)!);
        one.Seal.ShouldBe(other.Seal);
        one.Seal.Compression.ShouldBe(ContentCompression.Zstd);
        one.By.Id.ShouldNotBe(other.By.Id);
        RootKeys.Open(RootKeys.Remove(read, one.By.Id), KeyFile).ShouldBeNull();
        RootKeys.Open(RootKeys.Remove(read, one.By.Id), Passphrase)!.Seal.ShouldBe(one.Seal);
    }

    [Fact]
    public void Two_roots_of_one_key_file_have_two_keys() =>
        RootKeys.Open(RootKeys.Create(ContentCompression.None, KeyFile, Now), KeyFile)!.Seal.ShouldNotBe(RootKeys.Open(RootKeys.Create(ContentCompression.None, KeyFile, Now), KeyFile)!.Seal);

    [Fact]
    public void Another_key_file_or_passphrase_opens_nothing()
    {
        RootKeys.Open(RootKeys.Create(ContentCompression.None, KeyFile, Now), UnlockSecret.FromKeyFile("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh4=")).ShouldBeNull();
        RootKeys.Open(RootKeys.Create(ContentCompression.None, KeyFile, Now), Passphrase).ShouldBeNull();
        RootKeys.Open(RootKeys.Create(ContentCompression.None, Passphrase, Now, Iterations), UnlockSecret.FromPassphrase("correct horse battery stapler")).ShouldBeNull();
    }

    [Fact]
    public void Whoever_changes_what_the_file_says_makes_it_useless()
    {
        var file = RootKeys.Create(ContentCompression.Zstd, Passphrase, Now, Iterations);
        RootKeys.Open(file, Passphrase).ShouldNotBeNull();
        RootKeys.Open(file with { Compression = ContentCompression.None }, Passphrase).ShouldBeNull();
        RootKeys.Open(file with { Encryption = file.Encryption! with { ChunkBytes = 1024 } }, Passphrase).ShouldBeNull();
        RootKeys.Open(WithKey(file, key => key with { Id = "00000000" }), Passphrase).ShouldBeNull();
        RootKeys.Open(WithKey(file, key => key with { Iterations = key.Iterations + 1 }), Passphrase).ShouldBeNull();
        RootKeys.Open(WithKey(file, key => key with { Wrapped = [.. key.Wrapped[..^1], (byte)(key.Wrapped[^1] ^ 1)] }), Passphrase).ShouldBeNull();
    }

    [Fact]
    public async Task The_file_shows_no_key_and_reads_as_it_was_written()
    {
        var store = new MemoryObjectStore(TimeProvider.System);
        (await RootFiles.ReadAsync(store, default)).ShouldBeNull();
        var file = RootKeys.Create(ContentCompression.None, KeyFile, Now);
        await RootFiles.CreateAsync(store, file, default);
        await RootFiles.CreateAsync(store, file, default).ShouldFailAsync(StoreFailure.AlreadyExists);
        var text = await store.GetTextAsync(RootFile.Key);
        text.ShouldNotContain(RootKeys.Open(file, KeyFile)!.Seal.Encryption!.RootKey.Reveal());
        text.ShouldNotContain("AAECAwQF");
        RootFileJson.Serialize((await RootFiles.ReadAsync(store, default))!).ShouldBe(RootFileJson.Serialize(file));
    }

    [Theory]
    [InlineData("", "damaged")]
    [InlineData("null", "formatVersion")]
    [InlineData("{}", "formatVersion")]
    [InlineData("""{"formatVersion": 2, "something": "new"}""", "newer program")]
    [InlineData("""{"formatVersion": 1}""", "damaged")]
    [InlineData("""{"formatVersion": 1, "compression": "Brotli"}""", "damaged")]
    [InlineData("""{"formatVersion": 1, "compression": 7}""", "unknown compression")]
    [InlineData("""{"formatVersion": 1, "compression": "None", "encryption": {"cipher": "none", "chunkBytes": 65536, "keys": []}}""", "cipher")]
    [InlineData("""{"formatVersion": 1, "compression": "None", "encryption": {"cipher": "AES-256-GCM", "chunkBytes": 2000000000, "keys": []}}""", "chunks")]
    [InlineData("""{"formatVersion": 1, "compression": "None", "encryption": {"cipher": "AES-256-GCM", "chunkBytes": 65536, "keys": []}}""", "no key")]
    [InlineData("""{"formatVersion": 1, "compression": "None", "encryption": {"cipher": "AES-256-GCM", "chunkBytes": 65536, "keys": null}}""", "no key")]
    [InlineData("""{"formatVersion": 1, "compression": "None", "encryption": {"cipher": "AES-256-GCM", "chunkBytes": 65536, "keys": [null]}}""", "impossible id")]
    public void A_file_that_nobody_wrote_so_is_refused(string json, string because)
    {
        var error = Should.Throw<RootException>(() => RootFileJson.Parse(Encoding.UTF8.GetBytes(json), "s3://b"));
        error.Problem.ShouldBe(RootProblem.Unreadable);
        error.Message.ShouldContain(because);
        error.Message.ShouldContain("s3://b");
    }

    [Fact]
    public void Keys_of_impossible_parts_are_refused()
    {
        var file = RootKeys.Create(ContentCompression.None, Passphrase, Now, Iterations);
        foreach (var change in new Func<WrappedKey, WrappedKey>[]
        {
            key => key with { Iterations = int.MaxValue }, key => key with { Iterations = null }, key => key with { Iterations = 1 }, key => key with { Method = KeyMethod.KeyFile },
            key => key with { Salt = [] }, key => key with { Nonce = new byte[13] }, key => key with { Wrapped = new byte[16] }, key => key with { Id = "K0000000" }, key => key with { Id = "0" },
        })
            Should.Throw<RootException>(() => Again(WithKey(file, change))).Problem.ShouldBe(RootProblem.Unreadable);
        Should.Throw<RootException>(() => Again(file with { Encryption = file.Encryption! with { Keys = [.. Enumerable.Repeat(file.Encryption.Keys[0], 2)] } })).Message.ShouldContain("one id");
        Should.Throw<RootException>(() => Again(file with { Encryption = file.Encryption! with { Keys = [.. Enumerable.Repeat(file.Encryption.Keys[0], 33)] } })).Message.ShouldContain("more than 32");
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_taken_into_memory()
    {
        var store = new MemoryObjectStore(TimeProvider.System);
        await store.PutTextAsync(RootFile.Key, new string(' ', RootFileJson.MaxBytes + 1));
        (await Should.ThrowAsync<RootException>(() => RootFiles.ReadAsync(store, default))).Message.ShouldContain("longer than");
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all, but long enough to be a passphrase")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj")]
    public void What_is_no_key_file_is_refused_and_not_shown(string text)
    {
        var error = Should.Throw<RootException>(() => UnlockSecret.FromKeyFile(text));
        error.Problem.ShouldBe(RootProblem.SecretUnusable);
        if (text.Length > 0) error.ToString().ShouldNotContain(text);
    }

    [Fact]
    public void A_short_passphrase_is_refused_and_not_shown() => Should.Throw<RootException>(() => UnlockSecret.FromPassphrase("hunter2")).ToString().ShouldNotContain("hunter2");

    [Fact]
    public void A_secret_shows_stars() => KeyFile.ToString().ShouldBe("***");

    static RootFile Again(RootFile file) => RootFileJson.Parse(RootFileJson.Serialize(file), "here");

    static RootFile WithKey(RootFile file, Func<WrappedKey, WrappedKey> change) => file with { Encryption = file.Encryption! with { Keys = [change(file.Encryption.Keys[0])] } };
}
