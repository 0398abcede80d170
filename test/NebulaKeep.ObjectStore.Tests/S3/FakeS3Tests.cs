using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.S3;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>A store on a <see cref="FakeS3"/> with short waits.</summary>
public abstract class FakeS3Tests : IAsyncLifetime
{
    readonly List<IObjectStore> opened = [];

    private protected FakeS3 Server { get; private set; } = null!;

    protected IObjectStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await FakeS3.StartAsync();
        Store = Open(settings => settings);
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in opened) await store.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected IObjectStore Open(Func<S3Settings, S3Settings> change)
    {
        var limits = new S3Limits { FirstDelay = TimeSpan.FromMilliseconds(1), LongestDelay = TimeSpan.FromMilliseconds(5), ReadTimeout = TimeSpan.FromMilliseconds(300), RequestTimeout = TimeSpan.FromSeconds(5) };
        var store = new S3ObjectStore(StoreUri.Parse("s3://bucket/root"), change(Server.Settings()), limits, NullLogger.Instance, TimeProvider.System);
        opened.Add(store);
        return store;
    }

    protected int Count(string method) => Server.Requests.Count(request => request.Method == method);
}
