using NebulaKeep.ObjectStore.Tests.Support;
using NebulaKeep.Testing.Stores;

[assembly: AssemblyFixture(typeof(CephFixture))]

namespace NebulaKeep.ObjectStore.Tests.Support;

/// <summary>One Ceph for all tests of this assembly, started by the first that asks.</summary>
public sealed class CephFixture : IAsyncDisposable
{
    public const string Bucket = "contract";
    readonly Lazy<Task<CephServer>> server = new(async () =>
    {
        var started = await CephServer.StartAsync(CancellationToken.None);
        await started.CreateBucketAsync(Bucket);
        return started;
    });

    public Task<CephServer> ServerAsync() => server.Value;

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated) await (await server.Value).DisposeAsync();
    }
}
