using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;

namespace NebulaKeep.DevCluster.Meta.Records;

/// <summary>
/// Hands out ids: spaces and jobs from one counter, the schemas of a space from the space's own, which begins after the common
/// one when first used (spec/row-format.md §6.3). A counter holds the last id given.
/// </summary>
sealed class IdRecords(MetaStore store)
{
    /// <summary>The next common id; the counter moves with the batch.</summary>
    public int Next(MetaBatch batch)
    {
        var id = Last(MetaKeys.Of(MetaTables.Id)) + 1;
        batch.Put(MetaKeys.Of(MetaTables.Id), MetaValues.Int32(id));
        return id;
    }

    /// <summary>The next id within a space; the counter moves with the batch.</summary>
    public int NextIn(int space, MetaBatch batch)
    {
        var key = MetaKeys.OfSpace(MetaTables.LocalIds, space);
        var id = (store.Get(key) is { } value ? MetaValues.Int32(value) : Last(MetaKeys.Of(MetaTables.Id))) + 1;
        batch.Put(key, MetaValues.Int32(id));
        return id;
    }

    int Last(byte[] key) => store.Get(key) is { } value ? MetaValues.Int32(value) : 0;
}
