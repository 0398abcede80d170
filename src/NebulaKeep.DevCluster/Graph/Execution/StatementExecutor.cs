using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Execution;

/// <summary>Runs one statement; null where a statement has no result (spec/graph-service.md §7).</summary>
static class StatementExecutor
{
    /// <exception cref="StatementException">What the client is told.</exception>
    public static Task<DataSet?> RunAsync(ExecutionScope scope, Statement statement, CancellationToken cancellationToken) => statement switch
    {
        UseStatement use => UseAsync(scope, use, cancellationToken),
        YieldStatement yield => Task.FromResult(Yield(scope, yield)),
        CreateSpaceStatement or DropSpaceStatement or DescribeSpaceStatement => SpaceStatements.RunAsync(scope, statement, cancellationToken),
        CreateSchemaStatement or AddColumnsStatement or DropSchemaStatement or DescribeSchemaStatement =>
            SchemaStatements.RunAsync(scope, statement, cancellationToken),
        InsertVertexStatement insert => InsertStatements.VerticesAsync(scope, insert, cancellationToken),
        InsertEdgeStatement insert => InsertStatements.EdgesAsync(scope, insert, cancellationToken),
        DeleteVertexStatement delete => DeleteStatements.VerticesAsync(scope, delete, cancellationToken),
        DeleteEdgeStatement delete => DeleteStatements.EdgesAsync(scope, delete, cancellationToken),
        FetchVertexStatement fetch => FetchVertices.RunAsync(scope, fetch, cancellationToken),
        FetchEdgeStatement fetch => FetchEdges.RunAsync(scope, fetch, cancellationToken),
        ShowStatement show => ShowStatements.RunAsync(scope, show.Subject, cancellationToken),
        _ => AdminStatements.RunAsync(scope, statement, cancellationToken),
    };

    static async Task<DataSet?> UseAsync(ExecutionScope scope, UseStatement use, CancellationToken cancellationToken)
    {
        scope.Session.Space = (await scope.Meta.SpaceAsync(use.Space, cancellationToken)).Name;
        return null;
    }

    static DataSet? Yield(ExecutionScope scope, YieldStatement yield) =>
        Table.Of([.. yield.Columns.Select(c => c.Name)], [[.. yield.Columns.Select(c => scope.Evaluator.Evaluate(c.Expression))]]);
}
