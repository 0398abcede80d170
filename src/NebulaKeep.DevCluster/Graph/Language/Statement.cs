using NebulaKeep.Core;

namespace NebulaKeep.DevCluster.Graph.Language;

/// <summary>One parsed statement.</summary>
abstract record Statement;

enum SchemaKind
{
    Tag,
    Edge,
}

enum ShowSubject
{
    Spaces,
    Hosts,
    AgentHosts,
    MetaHosts,
    StorageHosts,
    GraphHosts,
    Snapshots,
    Parts,
    Tags,
    Edges,
    Stats,
    Jobs,
}

/// <summary>A type as written: lower-case name, with the length of FIXED_STRING or the shape of GEOGRAPHY.</summary>
sealed record TypeName(string Name, int? Length = null, string? Shape = null);

/// <summary>A column of CREATE or ALTER. Columns are nullable unless NOT NULL was written (spec/row-format.md §1.2).</summary>
sealed record ColumnClause(string Name, TypeName Type, bool Nullable, Expression? Default, string? Comment);

/// <summary>What follows the columns of a tag or edge.</summary>
sealed record SchemaOptions(long? TtlDuration, string? TtlColumn, string? Comment);

sealed record EdgeKeyClause(Expression Source, Expression Target, long Rank);

/// <summary>A tag of INSERT VERTEX; null names mean all columns.</summary>
sealed record TagColumns(string Tag, IReadOnlyList<string>? Names);

sealed record VertexRow(Expression Vid, IReadOnlyList<Expression> Values);

sealed record EdgeRow(EdgeKeyClause Key, IReadOnlyList<Expression> Values);

sealed record YieldColumn(Expression Expression, string? Alias)
{
    public string Name => Alias ?? Expression.ToString();
}

sealed record UseStatement(string Space) : Statement;

sealed record CreateSpaceStatement(
    string Name, bool IfNotExists, int? Partitions, int? Replicas, TypeName? VidType, string? Charset, string? Collate, string? Comment) : Statement;

sealed record DropSpaceStatement(string Name, bool IfExists) : Statement;

sealed record CreateSchemaStatement(
    SchemaKind Kind, string Name, bool IfNotExists, IReadOnlyList<ColumnClause> Columns, SchemaOptions Options) : Statement;

sealed record AddColumnsStatement(SchemaKind Kind, string Name, IReadOnlyList<ColumnClause> Columns) : Statement;

sealed record DropSchemaStatement(SchemaKind Kind, string Name, bool IfExists) : Statement;

sealed record InsertVertexStatement(bool IfNotExists, IReadOnlyList<TagColumns> Tags, IReadOnlyList<VertexRow> Rows) : Statement;

sealed record InsertEdgeStatement(bool IfNotExists, string Edge, IReadOnlyList<string>? Names, IReadOnlyList<EdgeRow> Rows) : Statement;

sealed record DeleteVertexStatement(IReadOnlyList<Expression> Vids) : Statement;

sealed record DeleteEdgeStatement(string Edge, IReadOnlyList<EdgeKeyClause> Keys) : Statement;

/// <summary>Null tags mean <c>*</c>.</summary>
sealed record FetchVertexStatement(IReadOnlyList<string>? Tags, IReadOnlyList<Expression> Vids, IReadOnlyList<YieldColumn>? Yield) : Statement;

sealed record FetchEdgeStatement(string Edge, IReadOnlyList<EdgeKeyClause> Keys, IReadOnlyList<YieldColumn>? Yield) : Statement;

sealed record YieldStatement(IReadOnlyList<YieldColumn> Columns) : Statement;

sealed record ShowStatement(ShowSubject Subject) : Statement;

sealed record DescribeSpaceStatement(string Name) : Statement;

sealed record DescribeSchemaStatement(SchemaKind Kind, string Name) : Statement;

/// <summary>Job is STATS, FLUSH or COMPACT, or BALANCE LEADER.</summary>
sealed record SubmitJobStatement(string Job) : Statement;

sealed record CreateSnapshotStatement : Statement;

sealed record DropSnapshotStatement(string Name) : Statement;

sealed record AddHostsStatement(IReadOnlyList<HostAddress> Hosts) : Statement;

sealed record DropHostsStatement(IReadOnlyList<HostAddress> Hosts) : Statement;
