using NebulaKeep.Core;
using NebulaKeep.DevCluster.Graph.Language;

namespace NebulaKeep.DevCluster.Tests.Graph.Language;

public sealed class NgqlParserTests
{
    static T One<T>(string text) => NgqlParser.Parse(text).ShouldHaveSingleItem().ShouldBeOfType<T>();

    [Theory]
    [InlineData("")]
    [InlineData(" ; ;\n")]
    [InlineData("# nothing\n-- here\n// or here\n/* or\nhere */")]
    public void Comments_and_blanks_are_no_statement(string text) => NgqlParser.Parse(text).ShouldBeEmpty();

    [Fact]
    public void Statements_are_separated_by_semicolons() =>
        NgqlParser.Parse("USE a; SHOW TAGS;yield 1").Select(s => s.GetType())
            .ShouldBe([typeof(UseStatement), typeof(ShowStatement), typeof(YieldStatement)]);

    [Fact]
    public void A_space_is_created_with_all_its_options()
    {
        var space = One<CreateSpaceStatement>(
            "CREATE SPACE IF NOT EXISTS `my space`(partition_num = 10, replica_factor=3, vid_type=FIXED_STRING(32), charset=utf8) comment='ünï'");

        space.ShouldBe(new CreateSpaceStatement("my space", true, 10, 3, new TypeName("fixed_string", 32), "utf8", null, "ünï"));
    }

    [Fact]
    public void A_tag_is_created_with_types_defaults_and_comments()
    {
        var tag = One<CreateSchemaStatement>(
            """CREATE TAG player(name string NOT NULL, age int DEFAULT 18, height double NULL COMMENT "cm", home geography(point), team fixed_string(16)) ttl_duration = 100, ttl_col = "age", comment="x" """);

        tag.Options.ShouldBe(new SchemaOptions(100, "age", "x"));
        tag.Columns.ShouldBe(
        [
            new ColumnClause("name", new TypeName("string"), false, null, null),
            new ColumnClause("age", new TypeName("int64"), true, new Literal(18L), null),
            new ColumnClause("height", new TypeName("double"), true, null, "cm"),
            new ColumnClause("home", new TypeName("geography", Shape: "point"), true, null, null),
            new ColumnClause("team", new TypeName("fixed_string", 16), true, null, null),
        ]);
    }

    [Fact]
    public void A_tag_may_have_no_columns() => One<CreateSchemaStatement>("create tag t()").Columns.ShouldBeEmpty();

    [Fact]
    public void Vertices_are_inserted_in_batches()
    {
        var insert = One<InsertVertexStatement>("INSERT VERTEX IF NOT EXISTS player(name, age), team() VALUES 'a':(\"x\\\"y\", -5), -7:(NULL, 1.5e3)");

        insert.IfNotExists.ShouldBeTrue();
        insert.Tags.Select(t => (t.Tag, string.Join('|', t.Names!))).ShouldBe([("player", "name|age"), ("team", "")]);
        insert.Rows[0].Vid.ShouldBe(new Literal("a"));
        insert.Rows[0].Values.ShouldBe([new Literal("x\"y"), new Literal(-5L)]);
        insert.Rows[1].Vid.ShouldBe(new Literal(-7L));
        insert.Rows[1].Values.ShouldBe([new Literal(null), new Literal(1500.0)]);
    }

    [Fact]
    public void Edges_have_an_optional_rank()
    {
        var insert = One<InsertEdgeStatement>("INSERT EDGE follow(degree) VALUES \"a\"->\"b\":(1), \"a\" -> \"c\"@-9:(true)");

        insert.Rows.Select(r => r.Key).ShouldBe(
            [new EdgeKeyClause(new Literal("a"), new Literal("b"), 0), new EdgeKeyClause(new Literal("a"), new Literal("c"), -9)]);
    }

    [Fact]
    public void A_fetch_of_vertices_names_its_columns_as_graphd_does()
    {
        var fetch = One<FetchVertexStatement>("FETCH PROP ON player, team 1, 2 YIELD vertex AS v, properties(vertex), id(vertex), player.name, properties(VERTEX).age");

        fetch.Tags.ShouldBe(["player", "team"]);
        fetch.Vids.Count.ShouldBe(2);
        fetch.Yield!.Select(c => c.Name).ShouldBe(["v", "properties(VERTEX)", "id(VERTEX)", "player.name", "properties(VERTEX).age"]);
    }

    [Fact]
    public void A_fetch_of_edges_is_known_by_its_arrow()
    {
        var fetch = One<FetchEdgeStatement>("FETCH PROP ON follow \"a\"->\"b\", \"c\"->\"d\"@3 YIELD edge AS e, properties(edge).degree");

        fetch.Edge.ShouldBe("follow");
        fetch.Keys[1].Rank.ShouldBe(3);
        fetch.Yield!.Select(c => c.Name).ShouldBe(["e", "properties(EDGE).degree"]);
    }

    [Fact]
    public void A_fetch_on_star_asks_for_all_tags()
    {
        var fetch = One<FetchVertexStatement>("FETCH PROP ON * \"a\"");

        fetch.Tags.ShouldBeNull();
        fetch.Yield.ShouldBeNull();
    }

    [Fact]
    public void Hosts_are_quoted_or_bare() =>
        One<AddHostsStatement>("ADD HOSTS \"127.0.1.1\":9779, 127.0.1.2:9779, storaged-0.svc.local:9779").Hosts.ShouldBe(
            [new HostAddress("127.0.1.1", 9779), new HostAddress("127.0.1.2", 9779), new HostAddress("storaged-0.svc.local", 9779)]);

    [Theory]
    [InlineData("SHOW HOSTS", nameof(ShowSubject.Hosts))]
    [InlineData("show hosts agent", nameof(ShowSubject.AgentHosts))]
    [InlineData("SHOW HOSTS META", nameof(ShowSubject.MetaHosts))]
    [InlineData("SHOW SNAPSHOTS", nameof(ShowSubject.Snapshots))]
    [InlineData("SHOW STATS", nameof(ShowSubject.Stats))]
    [InlineData("SHOW JOBS", nameof(ShowSubject.Jobs))]
    public void Show_knows_its_subjects(string text, string subject) => One<ShowStatement>(text).Subject.ToString().ShouldBe(subject);

    [Theory]
    [InlineData("MATCH (v) RETURN v", "SyntaxError: syntax error near `MATCH (v) RETURN v'")]
    [InlineData("SHOW SPACES nonsense", "SyntaxError: syntax error near `nonsense'")]
    [InlineData("INSERT VERTEX t(a) VALUES 'x", "SyntaxError: syntax error near `'x'")]
    [InlineData("CREATE TAG t(a blob)", "SyntaxError: syntax error near `blob)'")]
    [InlineData("FETCH PROP ON", "SyntaxError: syntax error near `'")]
    [InlineData("YIELD 99999999999999999999", "SyntaxError: syntax error near `99999999999999999999'")]
    public void What_is_not_understood_is_shown_from_where_it_begins(string text, string message) =>
        Should.Throw<NgqlSyntaxException>(() => NgqlParser.Parse(text)).Message.ShouldBe(message);

    [Fact]
    public void Deep_nesting_is_refused_instead_of_exhausting_the_stack() =>
        Should.Throw<NgqlSyntaxException>(() => NgqlParser.Parse("YIELD " + string.Concat(Enumerable.Repeat("f(", 100_000))));

    [Fact]
    public void A_syntax_error_shows_at_most_80_characters() =>
        Should.Throw<NgqlSyntaxException>(() => NgqlParser.Parse(new string('x', 500))).Message.Length.ShouldBe("SyntaxError: syntax error near `'".Length + 80);
}
