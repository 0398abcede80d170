using NebulaKeep.Core;
using NebulaKeep.ObjectStore.Gcs;
using NebulaKeep.Testing;
using NebulaKeep.Testing.Stores.Gcs;

namespace NebulaKeep.ObjectStore.Tests.Gcs;

/// <summary>A store on a <see cref="GcsEmulator"/> with short waits between tries and small pieces.</summary>
public abstract class GcsTests : IAsyncLifetime
{
    protected const int Piece = 2 * GcsLimits.ChunkUnit;

    readonly List<IObjectStore> opened = [];

    protected GcsEmulator Server { get; private set; } = null!;

    protected IObjectStore Store { get; private set; } = null!;

    protected RecordingLogger<GcsTests> Log { get; } = new();

    protected Dictionary<string, string> Environment { get; } = [];

    public virtual async ValueTask InitializeAsync()
    {
        Server = await GcsEmulator.StartAsync();
        Server.Buckets.Create("bucket");
        Store = Open(settings => settings);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in opened) await store.DisposeAsync();
        await Server.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask CleanAsync() => ValueTask.CompletedTask;

    private protected static GcsLimits Limits { get; } = new()
    {
        ChunkBytes = Piece,
        FirstDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(5),
    };

    protected IObjectStore Open(Func<GcsSettings, GcsSettings> change, string uri = "gs://bucket/root") => Open(Limits, TimeProvider.System, change, uri);

    private protected IObjectStore Open(GcsLimits limits, TimeProvider clock, Func<GcsSettings, GcsSettings>? change = null, string uri = "gs://bucket/root")
    {
        var settings = Server.Settings();
        var store = new GcsObjectStore(StoreUri.Parse(uri), change?.Invoke(settings) ?? settings, limits, name => Environment.GetValueOrDefault(name), Log, clock);
        opened.Add(store);
        return store;
    }

    protected byte[] Stored(string key) => Server.Buckets.Find("bucket", "root/" + key)!.Content switch
    {
        { Bytes: { } bytes } => bytes,
        { File: { } file } => File.ReadAllBytes(file),
        _ => throw new InvalidOperationException(),
    };

    protected static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31 >> 3))];
}
