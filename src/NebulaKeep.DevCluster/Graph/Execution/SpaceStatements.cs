using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>CREATE, DROP and DESCRIBE SPACE.</summary>
static class SpaceStatements
{
    static readonly string[] DescribeColumns =
        ["ID", "Name", "Partition Number", "Replica Factor", "Charset", "Collate", "Vid Type", "Comment"];

    public static async Task<DataSet?> RunAsync(ExecutionScope scope, Statement statement, CancellationToken cancellationToken)
    {
        switch (statement)
        {
            case CreateSpaceStatement create:
                var request = new CreateSpaceReq { Properties = Properties(create), IfNotExists = create.IfNotExists };
                await scope.Meta.CallAsync(MetaService.CreateSpace, request, cancellationToken);
                return null;
            case DropSpaceStatement drop:
                await scope.Meta.CallAsync(MetaService.DropSpace, new DropSpaceReq { SpaceName = drop.Name, IfExists = drop.IfExists }, cancellationToken);
                if (scope.Session.Space == drop.Name) scope.Session.Space = "";
                return null;
            case DescribeSpaceStatement describe:
                return Describe(await scope.Meta.SpaceAsync(describe.Name, cancellationToken));
            default:
                throw new InvalidOperationException(statement.GetType().Name);
        }
    }

    static SpaceDesc Properties(CreateSpaceStatement create)
    {
        if (create.VidType is null) throw StatementException.Semantic("space vid_type must be specified explicitly");
        return new SpaceDesc
        {
            SpaceName = create.Name,
            PartitionNum = create.Partitions ?? 0,
            ReplicaFactor = create.Replicas ?? 0,
            CharsetName = create.Charset ?? "utf8",
            CollateName = create.Collate ?? "utf8_bin",
            VidType = TypeNames.VidToWire(create.VidType),
            Comment = create.Comment,
        };
    }

    static DataSet Describe(SpaceInfo space) => Table.Of(DescribeColumns,
    [[
        Value.Of((long)space.Id), Value.Of(space.Name), Value.Of((long)space.Partitions), Value.Of((long)space.Desc.ReplicaFactor),
        Value.Of(space.Desc.CharsetName), Value.Of(space.Desc.CollateName),
        Value.Of(TypeNames.ToText(space.Desc.VidType).ToUpperInvariant()), Table.Optional(space.Desc.Comment),
    ]]);
}
