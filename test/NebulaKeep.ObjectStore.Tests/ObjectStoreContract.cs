using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests;

/// <summary>Every sentence of <see cref="IObjectStore"/>, for every store that inherits this.</summary>
[Collection(nameof(Measured))]
public abstract class ObjectStoreContract : IAsyncLifetime
{
    protected IObjectStore Store { get; private set; } = null!;

    /// <summary>An empty store of its own for each test.</summary>
    protected abstract Task<IObjectStore> OpenAsync();

    /// <summary>A length that needs many parts.</summary>
    protected virtual long LargeBytes => 200_000_000;

    /// <summary>Several pages of a listing, and several batches of a deletion.</summary>
    protected virtual int ManyObjects => 5000;

    /// <summary>How much the process may grow while <see cref="LargeBytes"/> pass.</summary>
    protected virtual long LargeGrowth => 120 << 20;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string> OddKeys => ["plain", "a/b/c", "with space", "a+b", "100%", "a%20b", "quote'\"`", "127.0.0.1:9779/data0/x.sst",
        "grün/日本語/🎈", "~tilde!*()", "a=b&c;d?e#f", "back\\slash", "<xml>&amp;", ".hidden", "dots...", "x" + "/y", "@at,comma$", "-dash", "new.part"];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task What_was_put_is_read_and_listed_under_the_same_key(string key)
    {
        var stored = await Store.PutTextAsync(key, "content of " + key);
        stored.Key.ShouldBe(key);
        (await Store.GetTextAsync(key)).ShouldBe("content of " + key);
        (await Store.KeysAsync("")).ShouldBe([key]);
        (await Store.StatAsync(key, default))!.Size.ShouldBe(stored.Size);
        await Store.DeleteAsync([key], default);
        (await Store.StatAsync(key, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task A_key_that_breaks_the_rules_is_refused_by_every_call(string key)
    {
        await Should.ThrowAsync<ArgumentException>(() => Store.PutTextAsync(key, "x"));
        await Should.ThrowAsync<ArgumentException>(() => Store.OpenReadAsync(key, null, default));
        await Should.ThrowAsync<ArgumentException>(() => Store.StatAsync(key, default));
        await Should.ThrowAsync<ArgumentException>(() => Store.DeleteAsync([key], default));
    }

    [Fact]
    public async Task A_key_that_is_no_Unicode_is_refused() => await Should.ThrowAsync<ArgumentException>(() => Store.PutTextAsync("lone\ud800surrogate", "x"));

    [Fact]
    public async Task A_key_of_1025_bytes_is_refused() =>
        await Should.ThrowAsync<ArgumentException>(() => Store.PutTextAsync(string.Join('/', Enumerable.Repeat("0123456789abcde", 65)), "x"));

    [Fact]
    public async Task A_key_of_900_bytes_is_kept()
    {
        var key = string.Join('/', Enumerable.Repeat("012345678", 90));
        await Store.PutTextAsync(key, "x");
        (await Store.KeysAsync("012345678/")).ShouldBe([key]);
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var stored = await Store.PutTextAsync("empty", "");
        stored.Size.ShouldBe(0);
        (await Store.GetTextAsync("empty")).ShouldBe("");
        (await Store.StatAsync("empty", default))!.Size.ShouldBe(0);
    }

    [Fact]
    public async Task A_second_put_replaces_the_whole_object()
    {
        await Store.PutTextAsync("k", "a long first content");
        await Store.PutTextAsync("k", "short");
        (await Store.GetTextAsync("k")).ShouldBe("short");
        (await Store.KeysAsync("")).ShouldBe(["k"]);
    }

    [Fact]
    public async Task Create_only_refuses_a_key_that_is_taken_and_keeps_what_is_there()
    {
        await Store.PutTextAsync("k", "first", PutCondition.CreateOnly);
        await Store.PutTextAsync("k", "second", PutCondition.CreateOnly).ShouldFailAsync(StoreFailure.AlreadyExists);
        (await Store.GetTextAsync("k")).ShouldBe("first");
    }

    [Fact]
    public async Task Of_eight_create_only_writers_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var key = $"race/{round}";
            var writers = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => TryCreateAsync(key, writer))));
            var winner = writers.Where(writer => writer.Won).ShouldHaveSingleItem();
            (await Store.GetTextAsync(key)).ShouldBe($"writer {winner.Writer}");
        }

        async Task<(int Writer, bool Won)> TryCreateAsync(string key, int writer)
        {
            try
            {
                await Store.PutTextAsync(key, $"writer {writer}", PutCondition.CreateOnly);
                return (writer, true);
            }
            catch (ObjectStoreException error) when (error.Failure == StoreFailure.AlreadyExists)
            {
                return (writer, false);
            }
        }
    }

    [Fact]
    public async Task A_missing_object_is_null_to_stat_an_error_to_read_and_nothing_to_delete()
    {
        (await Store.StatAsync("no/such", default)).ShouldBeNull();
        await Store.OpenReadAsync("no/such", null, default).ShouldFailAsync(StoreFailure.NotFound);
        await Store.DeleteAsync(["no/such", "none"], default);
        (await Store.KeysAsync("no")).ShouldBeEmpty();
        (await Store.FoldersAsync("no")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_is_no_object()
    {
        await Store.PutTextAsync("folder/x", "1");
        (await Store.StatAsync("folder", default)).ShouldBeNull();
        await Store.OpenReadAsync("folder", null, default).ShouldFailAsync(StoreFailure.NotFound);
        await Store.DeleteAsync(["folder"], default);
        (await Store.KeysAsync("")).ShouldBe(["folder/x"]);
    }

    [Theory]
    [InlineData(0, 10, "0123456789")]
    [InlineData(0, 1, "0")]
    [InlineData(9, 1, "9")]
    [InlineData(3, 4, "3456")]
    public async Task A_range_is_exactly_that_part(long offset, long length, string expected)
    {
        await Store.PutTextAsync("k", "0123456789");
        (await Store.GetTextAsync("k", new ByteRange(offset, length))).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0, 11)]
    [InlineData(9, 2)]
    [InlineData(10, 1)]
    [InlineData(50, 5)]
    [InlineData(-1, 5)]
    [InlineData(0, 0)]
    [InlineData(5, long.MaxValue)]
    public async Task A_range_that_is_not_inside_is_refused_and_not_shortened(long offset, long length)
    {
        await Store.PutTextAsync("k", "0123456789");
        await Store.OpenReadAsync("k", new ByteRange(offset, length), default).ShouldFailAsync(StoreFailure.Other);
    }

    [Fact]
    public async Task Listings_are_in_order_of_code_points_across_folders()
    {
        string[] keys = ["B", "a-b", "a.b", "a/0", "a/b/c", "a/b0", "a0", "b", "é", "\uffee", "🎈"];
        foreach (var key in keys.Reverse()) await Store.PutTextAsync(key, key);
        (await Store.KeysAsync("")).ShouldBe(keys);
    }

    [Fact]
    public async Task A_prefix_is_a_text_and_a_slash_makes_it_a_folder()
    {
        foreach (var key in new[] { "a/1", "a/2/3", "ab", "abc/4", "b/a/5", "B/6" }) await Store.PutTextAsync(key, "x");
        (await Store.KeysAsync("a")).ShouldBe(["a/1", "a/2/3", "ab", "abc/4"], ignoreOrder: true);
        (await Store.KeysAsync("a/")).ShouldBe(["a/1", "a/2/3"]);
        (await Store.KeysAsync("a/2")).ShouldBe(["a/2/3"]);
        (await Store.KeysAsync("a/1")).ShouldBe(["a/1"]);
        (await Store.KeysAsync("a/1/")).ShouldBeEmpty();
        (await Store.KeysAsync("b/")).ShouldBe(["b/a/5"]);
        (await Store.KeysAsync("zzz/yyy")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Folders_are_named_once_and_only_one_level_deep()
    {
        foreach (var key in new[] { "top", "BACKUP_2/m", "BACKUP_1/data/x", "BACKUP_1/y", "BACKUP_10/z" }) await Store.PutTextAsync(key, "x");
        (await Store.FoldersAsync("")).ShouldBe(["BACKUP_1", "BACKUP_10", "BACKUP_2"]);
        (await Store.FoldersAsync("BACKUP_1")).ShouldBe(["data"]);
        (await Store.FoldersAsync("BACKUP_2")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_goes_with_its_last_object()
    {
        await Store.PutTextAsync("a/b/c", "x");
        await Store.DeleteAsync(["a/b/c"], default);
        (await Store.FoldersAsync("")).ShouldBeEmpty();
        await Store.PutTextAsync("a", "x");
        (await Store.GetTextAsync("a")).ShouldBe("x");
    }

    [Fact]
    public async Task An_empty_store_lists_nothing()
    {
        (await Store.KeysAsync("")).ShouldBeEmpty();
        (await Store.FoldersAsync("")).ShouldBeEmpty();
        await Store.DeleteAsync([], default);
    }

    [Fact]
    public async Task Thousands_of_objects_are_listed_in_order_and_deleted_in_one_call()
    {
        var keys = Enumerable.Range(0, ManyObjects).Select(number => $"many/{number % 7}/{number:00000}").ToArray();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (key, _) => await Store.PutTextAsync(key, key));
        (await Store.KeysAsync("many/")).ShouldBe(keys.Order(ObjectKey.Order));
        (await Store.FoldersAsync("many")).ShouldBe(["0", "1", "2", "3", "4", "5", "6"]);
        await Store.DeleteAsync(keys, default);
        (await Store.KeysAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_object_of_unknown_length_passes_in_bounded_memory()
    {
        GC.Collect();
        var before = Environment.WorkingSet;
        var peak = before;
        var stored = await Store.PutAsync("large", new PatternStream(LargeBytes, passed: _ => peak = Math.Max(peak, Environment.WorkingSet)), PutCondition.CreateOnly, default);
        stored.Size.ShouldBe(LargeBytes);
        (peak - before).ShouldBeLessThan(LargeGrowth);
        await using (var content = await Store.OpenReadAsync("large", null, default)) (await PatternStream.VerifyAsync(content)).ShouldBe(LargeBytes);
        await using var part = await Store.OpenReadAsync("large", new ByteRange(LargeBytes / 3, 1000), default);
        (await PatternStream.VerifyAsync(part, LargeBytes / 3)).ShouldBe(1000);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40_000_000)]
    public async Task A_content_that_breaks_leaves_nothing_and_its_own_error(long failAt)
    {
        var error = await Should.ThrowAsync<IOException>(() => Store.PutAsync("broken/object", new PatternStream(60_000_000, failAt), PutCondition.Overwrite, default));
        error.Message.ShouldContain("as planned");
        (await Store.KeysAsync("")).ShouldBeEmpty();
        (await Store.StatAsync("broken/object", default)).ShouldBeNull();
        await ShouldHoldNoDebrisAsync();
    }

    [Fact]
    public async Task A_broken_second_put_keeps_the_first_object()
    {
        await Store.PutTextAsync("k", "first");
        await Should.ThrowAsync<IOException>(() => Store.PutAsync("k", new PatternStream(1000, 100), PutCondition.Overwrite, default));
        (await Store.GetTextAsync("k")).ShouldBe("first");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40_000_000)]
    public async Task Cancelling_in_the_middle_leaves_nothing(long cancelAt)
    {
        using var cancel = new CancellationTokenSource();
        var content = new PatternStream(60_000_000, passed: position => { if (position >= cancelAt) cancel.Cancel(); });
        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync("cancelled", content, PutCondition.Overwrite, cancel.Token));
        (await Store.KeysAsync("")).ShouldBeEmpty();
        await ShouldHoldNoDebrisAsync();
    }

    [Fact]
    public async Task A_cancelled_token_stops_every_call()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Store.PutTextAsync("k", "x");
        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync("l", new PatternStream(10), PutCondition.Overwrite, cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.StatAsync("k", cancelled));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.DeleteAsync(["k"], cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await Store.ListAsync("", cancelled).ToListAsync());
        (await Store.KeysAsync("")).ShouldBe(["k"]);
    }

    [Fact]
    public async Task Nobody_reads_a_mixture_while_an_object_is_replaced()
    {
        await Store.PutTextAsync("k", new string('0', 100_000));
        var writing = Task.Run(async () =>
        {
            for (var round = 1; round <= 20; round++) await Store.PutTextAsync("k", new string((char)('0' + round % 10), 100_000));
        });
        while (!writing.IsCompleted) (await Store.GetTextAsync("k")).Distinct().Count().ShouldBe(1);
        await writing;
    }

    /// <summary>What a failed put must not leave behind the store's back.</summary>
    protected virtual Task ShouldHoldNoDebrisAsync() => Task.CompletedTask;
}
