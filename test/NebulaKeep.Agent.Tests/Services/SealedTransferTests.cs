using System.Text;
using Google.Protobuf;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing;
using Seal = NebulaKeep.Rpc.AgentV1.Store.Types.Seal;

namespace NebulaKeep.Agent.Tests.Services;

/// <summary>A whole agent that br gives a sealed root, with its key in the request.</summary>
public sealed class SealedTransferTests(PkiFixture keys) : IClassFixture<PkiFixture>, IDisposable
{
    const string Row = "a row that nobody else may read; ";
    static readonly CancellationToken None = CancellationToken.None;
    static readonly ByteString RootKey = ByteString.CopyFromUtf8("CanaryRootKey0123456789abcdefghi");
    readonly HostFolder host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(Seal.Types.Compression.None)]
    [InlineData(Seal.Types.Compression.Zstd)]
    public async Task Files_lie_sealed_in_the_store_come_back_plain_and_the_key_stays_unseen(Seal.Types.Compression compression)
    {
        HostFolder.Write($"{host.Data}/small", "");
        HostFolder.Write($"{host.Data}/large", string.Concat(Enumerable.Repeat(Row, 30_000)));
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = Sealed(compression);

        var sent = await client.UploadAsync(Upload(store), None).ToListAsync();
        var files = sent.Select(e => e.File).OfType<FileResult>().ToDictionary(file => file.Path);
        var items = files.Values.Select(file => new DownloadRequest.Types.Item { Key = file.Key, Target = $"{host.Data}/back/{file.Path}", Size = file.Size, Sha256 = file.Sha256 });
        var download = new DownloadRequest { Store = store, Items = { items } };
        await client.DownloadAsync(download, None).ToListAsync();

        files["large"].Size.ShouldBe(30_000 * Row.Length);
        var stored = await File.ReadAllBytesAsync($"{host.Store}/B/large", None);
        Encoding.Latin1.GetString(stored).ShouldNotContain(Row);
        if (compression == Seal.Types.Compression.Zstd) stored.Length.ShouldBeLessThan(30_000);
        (await File.ReadAllTextAsync($"{host.Data}/back/large", None)).ShouldBe(await File.ReadAllTextAsync($"{host.Data}/large", None));
        (await File.ReadAllTextAsync($"{host.Data}/back/small", None)).ShouldBe("");
        ShouldHideTheKey(agent.Log.Text, store.ToString(), store.Seal.ToString(), download.ToString());
    }

    [Fact]
    public async Task A_changed_object_is_refused_and_leaves_no_file()
    {
        HostFolder.Write($"{host.Data}/f", string.Concat(Enumerable.Repeat(Row, 100)));
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = Sealed(Seal.Types.Compression.None);
        var sent = (await client.UploadAsync(Upload(store), None).ToListAsync()).Select(e => e.File).OfType<FileResult>().Single();
        var bytes = await File.ReadAllBytesAsync($"{host.Store}/B/f", None);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync($"{host.Store}/B/f", bytes, None);

        var download = new DownloadRequest { Store = store, Items = { new DownloadRequest.Types.Item { Key = sent.Key, Target = $"{host.Data}/g", Size = sent.Size } } };
        var failure = await Should.ThrowAsync<AgentException>(client.DownloadAsync(download, None).ToListAsync());

        failure.Message.ShouldContain("cannot be opened");
        Directory.GetFiles(host.Data).Select(Path.GetFileName).ShouldBe(["f"]);
        ShouldHideTheKey(agent.Log.Text, failure.ToString());
    }

    [Theory]
    [InlineData(31, 65536, Seal.Types.Compression.None)]
    [InlineData(32, 0, Seal.Types.Compression.None)]
    [InlineData(32, int.MaxValue, Seal.Types.Compression.None)]
    [InlineData(32, 65536, Seal.Types.Compression.Unspecified)]
    [InlineData(32, 65536, (Seal.Types.Compression)7)]
    public async Task An_impossible_seal_is_refused_before_anything_is_written(int keyBytes, int chunkBytes, Seal.Types.Compression compression)
    {
        HostFolder.Write($"{host.Data}/f", Row);
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = new Store { Seal = new Seal { Uri = $"local://{host.Store}", Compression = compression, RootKey = ByteString.CopyFrom(RootKey.Span[..keyBytes]), ChunkBytes = chunkBytes } };

        var failure = await Should.ThrowAsync<AgentException>(client.UploadAsync(Upload(store), None).ToListAsync());

        failure.Failure.ShouldBe(AgentFailure.Invalid);
        Directory.GetFileSystemEntries(host.Store).ShouldBeEmpty();
        ShouldHideTheKey(agent.Log.Text, failure.ToString());
    }

    [Fact]
    public async Task A_sealed_root_outside_of_the_agents_roots_is_refused()
    {
        HostFolder.Write($"{host.Data}/f", Row);
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = Sealed(Seal.Types.Compression.None);
        store.Seal.Uri = $"local://{host.Outside}";

        await Should.ThrowAsync<AgentException>(client.UploadAsync(Upload(store), None).ToListAsync());

        Directory.GetFileSystemEntries(host.Outside).Length.ShouldBe(1);
    }

    // What an agent does that was built before there were seals: it sees no field of that number.
    [Fact]
    public async Task An_agent_that_knows_of_no_seals_finds_no_store_in_the_request()
    {
        HostFolder.Write($"{host.Data}/f", Row);
        await using var agent = await StartAsync();
        await using var client = agent.Client(keys.Pki.Client());
        var store = Sealed(Seal.Types.Compression.None);
        store.Seal = null;

        await Should.ThrowAsync<AgentException>(client.UploadAsync(Upload(store), None).ToListAsync());

        Directory.GetFileSystemEntries(host.Store).ShouldBeEmpty();
    }

    Task<RunningAgent> StartAsync() => RunningAgent.StartAsync(keys.Pki, settings => settings with { AllowedDirectories = [host.Data], StoreRoots = [host.Store], Debug = true });

    Store Sealed(Seal.Types.Compression compression) => new() { Seal = new Seal { Uri = $"local://{host.Store}", Compression = compression, RootKey = RootKey, ChunkBytes = 65536 } };

    UploadRequest Upload(Store store) => new() { Store = store, Sources = { new UploadRequest.Types.Source { Directory = host.Data, KeyPrefix = "B" } }, Concurrency = 2 };

    static void ShouldHideTheKey(params string[] texts)
    {
        foreach (var text in texts)
        {
            text.ShouldNotContain(RootKey.ToStringUtf8());
            text.ShouldNotContain(RootKey.ToBase64());
        }
    }
}
