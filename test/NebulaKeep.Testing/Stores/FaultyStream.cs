using NebulaKeep.Core.Transfer;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Testing.Stores;

/// <summary>Reads through to another stream until its fault strikes. Owns the inner stream.</summary>
sealed class FaultyStream(Stream inner, long corruptAt, long breakAt) : ForwardStream(inner)
{
    long position;

    public static Stream Wrap(Stream inner, StoreFault? fault) => fault switch
    {
        StoreFault.Corrupt corrupt => new FaultyStream(inner, corrupt.Offset, long.MaxValue),
        StoreFault.BreakOff breakOff => new FaultyStream(inner, long.MaxValue, breakOff.After),
        _ => inner,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= breakAt) throw new ObjectStoreException(StoreFailure.Unavailable, $"The content broke off after {position} bytes, as planned.");
        var count = await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, breakAt - position)], cancellationToken);
        if (corruptAt >= position && corruptAt < position + count) buffer.Span[(int)(corruptAt - position)] ^= 0x01;
        position += count;
        return count;
    }

    protected override ValueTask PassedAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
