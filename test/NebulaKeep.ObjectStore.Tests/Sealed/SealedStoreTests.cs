using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.ObjectStore.Sealed.Compression;
using NebulaKeep.ObjectStore.Sealed.Root;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

public sealed class SealedStoreTests : IAsyncDisposable
{
    readonly MemoryObjectStore raw = new(TimeProvider.System);

    public ValueTask DisposeAsync() => raw.DisposeAsync();

    public static TheoryData<ContentCompression, bool> Kinds => new() { { ContentCompression.None, true }, { ContentCompression.Zstd, false }, { ContentCompression.Zstd, true } };

    static Seal SealOf(ContentCompression compression, bool encrypts) => encrypts ? Seals.Encrypted(compression) : Seals.Compressed;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_content_and_any_part_of_it_comes_back(ContentCompression compression, bool encrypts)
    {
        var store = SealedStore.Wrap(raw, SealOf(compression, encrypts));
        var cases = from chunks in Gen.Elements(0, 1, 2, 5, 256, 257) // a zstd frame has 256 KiB
                    from off in Gen.Choose(-2, 2)
                    let size = Math.Max(0, chunks * Seals.Chunk + off)
                    from random in Gen.Elements(true, false)
                    from offset in Gen.Choose(0, Math.Max(0, size - 1))
                    from length in Gen.Choose(1, Math.Max(1, size - offset))
                    from seed in Gen.Choose(0, 1000)
                    select (size, random, offset, length, seed);
        Prop.ForAll(cases.ToArbitrary(), one => CheckAsync(one.size, one.random, one.offset, one.length, one.seed)).QuickCheckThrowOnFailure();

        async Task CheckAsync(int size, bool random, int offset, int length, int seed)
        {
            var content = Content(size, random, seed);
            (await store.PutAsync("k", new MemoryStream(content), PutCondition.Overwrite, default)).Size.ShouldBe(size);
            (await store.StatAsync("k", default))!.Size.ShouldBe(size);
            (await ReadAsync(store, "k")).ShouldBe(content);
            if (size > 0) (await ReadAsync(store, "k", new ByteRange(offset, length))).ShouldBe(content.AsSpan(offset, length).ToArray());
        }
    }

    [Theory]
    [InlineData(ContentCompression.None)]
    [InlineData(ContentCompression.Zstd)]
    public async Task Every_flipped_bit_is_refused(ContentCompression compression)
    {
        var store = SealedStore.Wrap(raw, Seals.Encrypted(compression));
        await PutAsync(store, "k", Content(2100, random: true, 1));
        var stored = await ReadAsync(raw, "k");
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            var changed = stored.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await PutAsync(raw, "k", changed);
            await ReadAsync(store, "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_object_that_was_cut_or_grew_is_refused(ContentCompression compression, bool encrypts)
    {
        var store = SealedStore.Wrap(raw, SealOf(compression, encrypts));
        await PutAsync(store, "k", Content(2048, random: true, 2));
        var stored = await ReadAsync(raw, "k");
        for (var length = 0; length < stored.Length; length++)
        {
            await PutAsync(raw, "k", stored[..length]);
            await ReadAsync(store, "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        }

        await PutAsync(raw, "k", [.. stored, 0]);
        await ReadAsync(store, "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        await PutAsync(raw, "k", [.. stored, .. stored]);
        await ReadAsync(store, "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task Frames_that_do_not_fit_their_end_are_refused()
    {
        var store = SealedStore.Wrap(raw, Seals.Compressed);
        await PutAsync(store, "k", Content(3000, random: true, 2));
        var stored = await ReadAsync(raw, "k");
        byte[] nothing = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]; // a frame that decompressors skip
        (await ReadAsync(store, "k")).Length.ShouldBe(3000);
        foreach (var forged in new[] { With(stored, 3001, stored.Length), With(stored, 2999, stored.Length), With(stored, 3000, stored.Length - 1), [.. stored[..^32], .. nothing, .. stored[^32..]] })
        {
            await PutAsync(raw, "k", forged);
            await ReadAsync(store, "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        }

        // With both numbers right the frame between is one more frame.
        await PutAsync(raw, "k", With([.. stored[..^32], .. nothing, .. stored[^32..]], 3000, stored.Length + nothing.Length));
        (await ReadAsync(store, "k")).Length.ShouldBe(3000);

        static byte[] With(byte[] bytes, long plain, long all)
        {
            var changed = bytes.ToArray();
            new ZstdFooter(plain, all).Write(changed.AsSpan()[^ZstdFooter.Length..]);
            return changed;
        }
    }

    [Fact]
    public async Task Chunks_that_change_places_or_objects_are_refused()
    {
        var store = SealedStore.Wrap(raw, Seals.Encrypted());
        await PutAsync(store, "a", Content(4 * Seals.Chunk, random: true, 3));
        await PutAsync(store, "b", Content(4 * Seals.Chunk, random: true, 4));
        var (a, b) = (await ReadAsync(raw, "a"), await ReadAsync(raw, "b"));
        const int Stored = Seals.Chunk + 16;
        byte[] swapped = [.. a[..40], .. a[(40 + Stored)..(40 + 2 * Stored)], .. a[40..(40 + Stored)], .. a[(40 + 2 * Stored)..]];
        byte[] leftOut = [.. a[..40], .. a[(40 + Stored)..]];
        byte[] borrowed = [.. a[..^Stored], .. b[^Stored..]];
        foreach (var forged in new[] { swapped, leftOut, borrowed, a[..^Stored] })
        {
            await PutAsync(raw, "a", forged);
            await ReadAsync(store, "a").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        }
    }

    [Theory]
    [InlineData(ContentCompression.None)]
    [InlineData(ContentCompression.Zstd)]
    public async Task An_object_under_another_name_is_refused(ContentCompression compression)
    {
        var store = SealedStore.Wrap(raw, Seals.Encrypted(compression));
        await PutAsync(store, "BACKUP_1/data/a", Content(10, random: true, 5));
        await PutAsync(raw, "BACKUP_1/data/b", await ReadAsync(raw, "BACKUP_1/data/a"));
        await ReadAsync(store, "BACKUP_1/data/b").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        await ReadAsync(store, "BACKUP_1/data/b", new ByteRange(0, 10)).ShouldFailAsync(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task Another_roots_key_opens_nothing_and_is_not_named()
    {
        await PutAsync(SealedStore.Wrap(raw, Seals.Encrypted()), "k", Content(10, random: true, 6));
        var other = Seals.Encrypted();
        var error = await ReadAsync(SealedStore.Wrap(raw, other), "k").ShouldFailAsync(StoreFailure.ChecksumMismatch);
        error.ToString().ShouldNotContain(other.Encryption!.RootKey.Reveal());
        other.ToString().ShouldNotContain(other.Encryption.RootKey.Reveal());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_listing_says_of_a_damaged_object_that_it_has_no_size(ContentCompression compression, bool encrypts)
    {
        var store = SealedStore.Wrap(raw, SealOf(compression, encrypts));
        await PutAsync(store, "a", Content(100, random: true, 7));
        await PutAsync(store, "b", Content(100, random: true, 8));
        await PutAsync(store, "c", Content(100, random: true, 9));
        await PutAsync(raw, "b", (await ReadAsync(raw, "b"))[..30]);
        (await store.ListAsync("", default).Select(o => o.Size).ToListAsync()).ShouldBe([100, StoredObject.UnknownSize, 100]);
        (await store.ListStoredAsync("", default).Select(o => o.Size).ToListAsync()).ShouldBe([.. await raw.ListAsync("", default).Select(o => o.Size).ToListAsync()]);
        await store.StatAsync("b", default).ShouldFailAsync(StoreFailure.ChecksumMismatch);
    }

    [Fact]
    public async Task What_lies_in_the_store_shows_nothing_of_a_content()
    {
        var store = SealedStore.Wrap(raw, Seals.Encrypted());
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a secret row; ", 500)));
        await PutAsync(store, "k", text);
        var first = await ReadAsync(raw, "k");
        Encoding.Latin1.GetString(first).ShouldNotContain("secret");
        await PutAsync(store, "k", text);
        (await ReadAsync(raw, "k"))[40..].ShouldNotBe(first[40..]);
    }

    [Fact]
    public async Task Rows_shrink_and_random_bytes_hardly_grow()
    {
        var store = SealedStore.Wrap(raw, Seals.Compressed);
        await PutAsync(store, "rows", Content(1_000_000, random: false, 1));
        await PutAsync(store, "noise", Content(1_000_000, random: true, 1));
        (await raw.StatAsync("rows", default))!.Size.ShouldBeLessThan(100_000);
        (await raw.StatAsync("noise", default))!.Size.ShouldBeLessThan(1_001_000);
    }

    [Fact]
    public async Task The_description_of_the_root_is_no_object_of_it()
    {
        var store = SealedStore.Wrap(raw, Seals.Encrypted());
        await raw.PutTextAsync(RootFile.Key, "{}");
        await store.PutTextAsync("k", "x");
        (await store.KeysAsync("")).ShouldBe(["k"]);
        (await store.StatAsync(RootFile.Key, default)).ShouldBeNull();
        await store.OpenReadAsync(RootFile.Key, null, default).ShouldFailAsync(StoreFailure.NotFound);
        await Should.ThrowAsync<ArgumentException>(() => store.PutTextAsync(RootFile.Key, "x"));
        await store.DeleteAsync([RootFile.Key, "k"], default);
        (await raw.KeysAsync("")).ShouldBe([RootFile.Key]);
    }

    [Fact]
    public void A_seal_that_seals_nothing_changes_nothing() => SealedStore.Wrap(raw, new Seal(ContentCompression.None, null)).ShouldBeSameAs(raw);

    static byte[] Content(int size, bool random, int seed)
    {
        var bytes = new byte[size];
        if (random) new Random(seed).NextBytes(bytes);
        else for (var i = 0; i < size; i++) bytes[i] = (byte)(i / 100 + seed);
        return bytes;
    }

    static Task<StoredObject> PutAsync(IObjectStore store, string key, byte[] content) => store.PutAsync(key, new MemoryStream(content), PutCondition.Overwrite, default);

    static async Task<byte[]> ReadAsync(IObjectStore store, string key, ByteRange? range = null) => await ReadAllAsync(await store.OpenReadAsync(key, range, default));

    static async Task<byte[]> ReadAllAsync(Stream content)
    {
        await using (content)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy);
            return copy.ToArray();
        }
    }
}
