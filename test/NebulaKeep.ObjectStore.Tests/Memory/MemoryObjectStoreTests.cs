using NebulaKeep.ObjectStore.Memory;

namespace NebulaKeep.ObjectStore.Tests.Memory;

public sealed class MemoryObjectStoreTests : ObjectStoreContract
{
    protected override long LargeBytes => 4_000_000;

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new MemoryObjectStore(TimeProvider.System));
}
