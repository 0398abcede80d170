using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.DevCluster.Workload;

namespace NebulaKeep.DevCluster.Tests.Workload;

public sealed class SampleSpaceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_statement_is_one_that_graphd_understands(bool integers)
    {
        var space = new SampleSpace("s", 100, 300, 10, 3, integers);

        string[] statements = [space.Create, .. SampleSpace.Schema, space.InsertVertices(0, 100), space.InsertEdges(0, 300)];

        statements.ShouldAllBe(statement => NgqlParser.Parse(statement).Count == 1);
    }

    [Fact]
    public void The_same_numbers_give_the_same_rows() =>
        new SampleSpace("a", 50, 50, 1, 1, true).InsertEdges(3, 9).ShouldBe(new SampleSpace("b", 50, 70, 9, 3, true).InsertEdges(3, 9));

    [Fact]
    public void Another_edition_has_the_same_edges_with_other_contents()
    {
        var space = new SampleSpace("a", 50, 50, 1, 1, true, NoteBytes: 40);
        var (first, second) = (space.InsertEdges(3, 4), (space with { Edition = 1 }).InsertEdges(3, 4));

        second.ShouldNotBe(first);
        second.Split(":(")[0].ShouldBe(first.Split(":(")[0]);
    }
}
