using Microsoft.Extensions.Logging;
using NebulaKeep.Core.Threading;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta.Records;
using NebulaKeep.DevCluster.Meta.Replication;
using NebulaKeep.DevCluster.Meta.Service;
using NebulaKeep.DevCluster.Meta.Store;
using NebulaKeep.DevCluster.Meta.Tables;

namespace NebulaKeep.DevCluster.Meta;

/// <summary>What the handlers of one metad share.</summary>
sealed class MetaContext(
    MetaOptions options, MetaStore store, MetaGroup group, IStorageAdmin storage, DaemonEnvironment environment, MetaFaults faults)
{
    public MetaOptions Options { get; } = options;

    public MetaStore Store { get; } = store;

    public MetaGroup Group { get; } = group;

    public IStorageAdmin Storage { get; } = storage;

    public DaemonEnvironment Environment { get; } = environment;

    public MetaFaults Faults { get; } = faults;

    public ILogger Logger { get; } = environment.Loggers.CreateLogger("Metad");

    public SpaceRecords Spaces { get; } = new(store);

    public SchemaRecords Tags { get; } = SchemaRecords.Tags(store);

    public SchemaRecords Edges { get; } = SchemaRecords.Edges(store);

    public HostRecords Hosts { get; } = new(store, options, environment.Clock);

    public IdRecords Ids { get; } = new(store);

    /// <summary>Held alone by backups and snapshots, shared by ALTER, DROP and jobs (spec/meta-thrift.md §4).</summary>
    public ReaderWriterGate SnapshotLock { get; } = new();

    /// <summary>Held alone by whatever changes tables; heartbeats and host lists wait for it too.</summary>
    public ReaderWriterGate GlobalLock { get; } = new();

    public long NowMs => Environment.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Marks a change of spaces or schemas, for which other daemons reload what they know (spec/row-format.md §7.3).</summary>
    public MetaBatch Touch(MetaBatch batch) => batch.Put(MetaKeys.Of(MetaTables.LastUpdateTime), MetaValues.Int64(NowMs));
}
