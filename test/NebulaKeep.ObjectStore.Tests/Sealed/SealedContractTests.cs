using NebulaKeep.ObjectStore.Local;
using NebulaKeep.ObjectStore.Memory;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Testing;

namespace NebulaKeep.ObjectStore.Tests.Sealed;

/// <summary>A store seen through a seal keeps the contract of every other store.</summary>
public abstract class SealedContract : ObjectStoreContract
{
    private protected abstract Seal Seal { get; }

    protected abstract IObjectStore OpenInner();

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult(SealedStore.Wrap(OpenInner(), Seal));
}

public abstract class SealedMemoryContract : SealedContract
{
    protected override long LargeBytes => 4_000_000;

    protected override IObjectStore OpenInner() => new MemoryObjectStore(TimeProvider.System);
}

public abstract class SealedFolderContract : SealedContract
{
    readonly TemporaryFolder folder = new();

    protected override int ManyObjects => 1000;

    protected override IObjectStore OpenInner() => new LocalObjectStore(folder.Path, TimeProvider.System);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class EncryptedMemoryTests : SealedMemoryContract
{
    private protected override Seal Seal { get; } = Seals.Encrypted();
}

public sealed class CompressedMemoryTests : SealedMemoryContract
{
    private protected override Seal Seal => Seals.Compressed;
}

public sealed class CompressedEncryptedMemoryTests : SealedMemoryContract
{
    private protected override Seal Seal { get; } = Seals.Encrypted(ContentCompression.Zstd);
}

public sealed class EncryptedFolderTests : SealedFolderContract
{
    private protected override Seal Seal { get; } = Seals.Encrypted(chunk: SealEncryption.DefaultChunkBytes);
}

public sealed class CompressedEncryptedFolderTests : SealedFolderContract
{
    private protected override Seal Seal { get; } = Seals.Encrypted(ContentCompression.Zstd, SealEncryption.DefaultChunkBytes);
}
