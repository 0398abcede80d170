using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Graph.Values;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>CREATE, ALTER … ADD, DROP and DESCRIBE of tags and edges.</summary>
static class SchemaStatements
{
    static readonly string[] DescribeColumns = ["Field", "Type", "Null", "Default", "Comment"];

    public static async Task<DataSet?> RunAsync(ExecutionScope scope, Statement statement, CancellationToken cancellationToken)
    {
        var space = await scope.SpaceAsync(cancellationToken);
        switch (statement)
        {
            case CreateSchemaStatement create:
                await CreateAsync(scope, space.Id, create, cancellationToken);
                return null;
            case AddColumnsStatement add:
                await AddAsync(scope, space.Id, add, cancellationToken);
                return null;
            case DropSchemaStatement drop:
                await DropAsync(scope, space.Id, drop, cancellationToken);
                return null;
            case DescribeSchemaStatement describe:
                return await DescribeAsync(scope, space.Id, describe, cancellationToken);
            default:
                throw new InvalidOperationException(statement.GetType().Name);
        }
    }

    static Task<ExecResp> CreateAsync(ExecutionScope scope, int space, CreateSchemaStatement create, CancellationToken cancellationToken)
    {
        var schema = new Schema { Columns = Columns(scope, create.Columns), SchemaProp = Options(create) };
        return create.Kind == SchemaKind.Tag
            ? scope.Meta.CallAsync(MetaService.CreateTag, new CreateTagReq { SpaceId = space, TagName = create.Name, Schema = schema, IfNotExists = create.IfNotExists }, cancellationToken)
            : scope.Meta.CallAsync(MetaService.CreateEdge, new CreateEdgeReq { SpaceId = space, EdgeName = create.Name, Schema = schema, IfNotExists = create.IfNotExists }, cancellationToken);
    }

    static Task<ExecResp> AddAsync(ExecutionScope scope, int space, AddColumnsStatement add, CancellationToken cancellationToken)
    {
        var items = new[] { new AlterSchemaItem { Op = AlterSchemaOp.ADD, Schema = new Schema { Columns = Columns(scope, add.Columns) } } };
        return add.Kind == SchemaKind.Tag
            ? scope.Meta.CallAsync(MetaService.AlterTag, new AlterTagReq { SpaceId = space, TagName = add.Name, TagItems = items }, cancellationToken)
            : scope.Meta.CallAsync(MetaService.AlterEdge, new AlterEdgeReq { SpaceId = space, EdgeName = add.Name, EdgeItems = items }, cancellationToken);
    }

    static Task<ExecResp> DropAsync(ExecutionScope scope, int space, DropSchemaStatement drop, CancellationToken cancellationToken) => drop.Kind == SchemaKind.Tag
        ? scope.Meta.CallAsync(MetaService.DropTag, new DropTagReq { SpaceId = space, TagName = drop.Name, IfExists = drop.IfExists }, cancellationToken)
        : scope.Meta.CallAsync(MetaService.DropEdge, new DropEdgeReq { SpaceId = space, EdgeName = drop.Name, IfExists = drop.IfExists }, cancellationToken);

    static async Task<DataSet> DescribeAsync(ExecutionScope scope, int space, DescribeSchemaStatement describe, CancellationToken cancellationToken)
    {
        var schema = describe.Kind == SchemaKind.Tag
            ? (await scope.Meta.CallAsync(MetaService.GetTag, new GetTagReq { SpaceId = space, TagName = describe.Name, Version = -1 }, cancellationToken)).Schema
            : (await scope.Meta.CallAsync(MetaService.GetEdge, new GetEdgeReq { SpaceId = space, EdgeName = describe.Name, Version = -1 }, cancellationToken)).Schema;
        return Table.Of(DescribeColumns, schema.Columns.Select(Row));
    }

    static IReadOnlyList<Value> Row(ColumnDef column) =>
    [
        Value.Of(column.Name), Value.Of(TypeNames.ToText(column.Type)), Value.Of(column.Nullable == true ? "YES" : "NO"),
        DefaultExpression.Describe(column.DefaultValue), Table.Optional(column.Comment),
    ];

    static List<ColumnDef> Columns(ExecutionScope scope, IReadOnlyList<ColumnClause> columns)
    {
        if (columns.DistinctBy(c => c.Name, StringComparer.Ordinal).Count() != columns.Count) throw StatementException.Semantic("Duplicate column name.");
        return [.. columns.Select(c => Column(scope, c))];
    }

    static ColumnDef Column(ExecutionScope scope, ColumnClause column) => new()
    {
        Name = column.Name,
        Type = TypeNames.ToWire(column.Type),
        Nullable = column.Nullable,
        DefaultValue = column.Default is null ? null : DefaultExpression.Encode(column.Default, scope.Evaluator),
        Comment = column.Comment,
    };

    static SchemaProp Options(CreateSchemaStatement create)
    {
        var (duration, column, comment) = create.Options;
        if (column is { Length: > 0 } && create.Columns.All(c => c.Name != column)) throw StatementException.Semantic("Ttl column name not exist in columns");
        return new SchemaProp { TtlDuration = duration, TtlCol = column, Comment = comment };
    }
}
