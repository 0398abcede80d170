using System.Diagnostics;
using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>
/// Google's own client on the emulator: what one writes the other reads, so that the emulator speaks Google's protocol and not only
/// ours. Skipped where gcloud is not installed.
/// </summary>
[Trait("Category", "Server")]
public sealed class GcloudTests : IAsyncLifetime
{
    readonly TemporaryFolder folder = new();
    GcsEmulator server = null!;
    IObjectStore store = null!;

    public async ValueTask InitializeAsync()
    {
        server = await GcsEmulator.StartAsync();
        folder.Write("key.json", server.ServiceAccountJson);
        store = ObjectStores.Open(new StoreSettings { Uri = StoreUri.Parse("gs://bucket/root"), Gcs = server.Settings() }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_gcloud_writes_the_store_reads_and_the_other_way_round()
    {
        Assert.SkipUnless(IsInstalled(), "gcloud is not installed: the emulator is not compared with Google's own client");
        server.Buckets.Create("bucket");
        await store.PutTextAsync("down/odd +%é", "from the store");
        await store.PutAsync("down/large", new PatternStream(20_000_000), PutCondition.CreateOnly, default);

        await GcloudAsync("cp", "-r", "gs://bucket/root/down", folder.Path);
        (await File.ReadAllTextAsync(folder.File("down/odd +%é"))).ShouldBe("from the store");
        await using (var large = File.OpenRead(folder.File("down/large"))) (await PatternStream.VerifyAsync(large)).ShouldBe(20_000_000);

        await GcloudAsync("cp", folder.Write("small", "from gcloud"), folder.File("down/large"), "gs://bucket/root/back/");
        (await store.GetTextAsync("back/small")).ShouldBe("from gcloud");
        await using (var large = await store.OpenReadAsync("back/large", null, default)) (await PatternStream.VerifyAsync(large)).ShouldBe(20_000_000);

        (await RefusedAsync("cp", "--if-generation-match=0", folder.File("small"), "gs://bucket/root/back/large")).ShouldContain("412");
    }

    static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Join(path, "gcloud")));

    async Task GcloudAsync(params string[] arguments)
    {
        var (code, errors) = await RunAsync(arguments);
        code.ShouldBe(0, $"gcloud storage {string.Join(' ', arguments)}: {errors}");
    }

    async Task<string> RefusedAsync(params string[] arguments)
    {
        var (code, errors) = await RunAsync(arguments);
        code.ShouldNotBe(0);
        return errors;
    }

    async Task<(int Code, string Errors)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("gcloud", ["storage", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CLOUDSDK_CONFIG"] = folder.File("gcloud");
        start.Environment["CLOUDSDK_CORE_PROJECT"] = "project";
        start.Environment["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1";
        start.Environment["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"] = folder.File("key.json");
        start.Environment["CLOUDSDK_AUTH_TOKEN_HOST"] = server.Endpoint + "/token";
        start.Environment["CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE"] = server.Endpoint + "/storage/v1/";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors + await output);
    }
}
