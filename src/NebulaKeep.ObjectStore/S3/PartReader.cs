using NebulaKeep.ObjectStore.Streams;

namespace NebulaKeep.ObjectStore.S3;

/// <summary>Cuts a content into parts as <see cref="PartPlan"/> says.</summary>
sealed class PartReader(Stream content, ChunkBuffers buffers)
{
    readonly PartPlan plan = PartPlan.For(content);
    readonly ChunkReader chunks = new(content, buffers);
    int number;
    long sent;

    /// <summary>The next part; its caller disposes it.</summary>
    public async Task<Part> NextAsync(CancellationToken cancellationToken)
    {
        number++;
        var size = plan.BufferFor(number, sent);
        var chunk = await chunks.NextAsync(size, cancellationToken);
        try
        {
            sent += chunk.Length;
            if (!chunk.IsLast) CheckMayGoOn(size);
            return new Part(number, chunk);
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    void CheckMayGoOn(int size)
    {
        if (size < plan.SizeOf(number))
            throw new ObjectStoreException(StoreFailure.Other, $"The content is longer than the {plan.Length} bytes that it said: something writes to it. Send it again when it is complete.");
        if (number == PartPlan.MaxParts)
            throw new ObjectStoreException(StoreFailure.Other, $"The content is longer than {sent} bytes, more than S3 takes in {PartPlan.MaxParts} parts.");
    }
}
