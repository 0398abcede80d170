using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.Agent.Tests.Services;

/// <summary>A whole agent that br gives a bucket of Google Cloud Storage, with credentials in the request.</summary>
public sealed class GcsTransferTests(PkiFixture keys) : IClassFixture<PkiFixture>, IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly HostFolder host = new();

    [Fact]
    public async Task Files_go_to_the_bucket_and_come_back_and_the_key_stays_unseen()
    {
        HostFolder.Write($"{host.Data}/small", "content");
        HostFolder.Write($"{host.Data}/large", new string('x', 40_000_000));
        await using var google = await GcsEmulator.StartAsync();
        google.Buckets.Create("bucket");
        await using var agent = await RunningAgent.StartAsync(keys.Pki, settings => settings with { AllowedDirectories = [host.Data], Debug = true });
        await using var client = agent.Client(keys.Pki.Client());
        var store = new Store { Uri = "gs://bucket/nebula", Gcs = new Store.Types.Gcs { Endpoint = google.Endpoint, Credentials = google.ServiceAccountJson } };

        var sent = await client.UploadAsync(new UploadRequest { Store = store, Sources = { new UploadRequest.Types.Source { Directory = host.Data, KeyPrefix = "B" } }, Concurrency = 2 }, None).ToListAsync();
        var files = sent.Select(e => e.File).OfType<FileResult>().ToDictionary(file => file.Path);
        var items = files.Values.Select(file => new DownloadRequest.Types.Item { Key = file.Key, Target = $"{host.Data}/back/{file.Path}", Size = file.Size, Sha256 = file.Sha256 });
        await client.DownloadAsync(new DownloadRequest { Store = store, Items = { items }, Concurrency = 2 }, None).ToListAsync();

        google.Buckets.All("bucket").Select(entry => entry.Name).ShouldBe(["nebula/B/large", "nebula/B/small"]);
        files["large"].Etag.ShouldBe($"crc32c-{files["large"].Crc32C:x8}");
        (await File.ReadAllTextAsync($"{host.Data}/back/small", None)).ShouldBe("content");
        new FileInfo($"{host.Data}/back/large").Length.ShouldBe(40_000_000);
        agent.Log.Text.ShouldNotContain("PRIVATE KEY");
        store.ToString().ShouldNotContain("PRIVATE KEY");
    }

    public void Dispose() => host.Dispose();
}
