using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>What the leader of an empty group writes: a new cluster id, the version of the tables, and root (spec/restore-flow.md A.2).</summary>
static class FirstStart
{
    /// <summary>root holds the role God, which is a role in space 0.</summary>
    const int AllSpaces = 0;

    public static Task CompleteAsync(MetaContext context, CancellationToken cancellationToken)
    {
        var batch = new MetaBatch();
        var store = context.Store;
        if (store.Get(MetaKeys.Of(MetaTables.ClusterId)) is null)
            batch.Put(MetaKeys.Of(MetaTables.ClusterId), MetaValues.Int64(context.Environment.Random.NextInt64(1, long.MaxValue)));
        if (store.Get(MetaKeys.Of(MetaTables.MetaVersion)) is null)
            batch.Put(MetaKeys.Of(MetaTables.MetaVersion), MetaValues.Int32(MetaTables.CurrentMetaVersion));
        if (store.Get(MetaKeys.User(UserHandler.Root)) is null)
        {
            batch.Put(MetaKeys.User(UserHandler.Root), MetaValues.Password(UserHandler.FirstPassword));
            batch.Put(MetaKeys.Role(AllSpaces, UserHandler.Root), MetaValues.Int32((int)RoleType.GOD));
        }

        return batch.IsEmpty ? Task.CompletedTask : context.Group.CommitAsync(batch, cancellationToken);
    }
}
