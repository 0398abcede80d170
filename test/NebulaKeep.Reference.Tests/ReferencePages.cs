using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Pull;
using NebulaKeep.Br;
using NebulaKeep.Certs;
using NebulaKeep.Dev.Tools;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.Operator.Hosting;
using NebulaKeep.Testing;

namespace NebulaKeep.Reference.Tests;

/// <summary>All pages of docs/reference, made from the programs and the definitions.</summary>
static class ReferencePages
{
    static readonly Dictionary<string, (string About, Func<Task<Markdown>> Make)> All = new(StringComparer.Ordinal)
    {
        ["br-ent"] = ("the tool: backs up, restores, checks, prunes", () => Page("br-ent", new BrApp(Host()).Root())),
        ["agent"] = ("beside every daemon: moves files", () => Task.FromResult(new Markdown().Heading(1, "agent").Block(Help.Text).Heading(2, "agent pull").Block(PullHelp.Text))),
        ["nebula-certs"] = ("a private CA and certificates", () => Page("nebula-certs", CertsProgram.Root(Certs()))),
        ["nebula-operator"] = ("the operator", () => Page("nebula-operator", OperatorProgram.Root(_ => null))),
        ["nebula-dev"] = ("the stand-in for NebulaGraph's daemons", DevAsync),
        ["nebulacluster"] = ("a cluster", () => Definition("nebulaclusters")),
        ["nebulabackup"] = ("a backup", () => Definition("nebulabackups")),
        ["nebulacronbackup"] = ("backups by a schedule", () => Definition("nebulacronbackups")),
        ["nebularestore"] = ("a restore", () => Definition("nebularestores")),
    };

    /// <summary>Names of the files without their ending.</summary>
    public static IEnumerable<string> Names => All.Keys.Append("README");

    public static async Task<string> MakeAsync(string name) => name == "README" ? Index().ToString() : (await All[name].Make()).ToString();

    static Markdown Index() => new Markdown().Heading(1, "Reference")
        .Paragraph("Every flag of the programs and every field of the resources. Made from the code by the tests (`NebulaKeep.Reference.Tests`, with `UPDATE_GOLDEN=1`), which fail where a page differs.")
        .Table(["page", "what"], [.. All.Select(page => (IReadOnlyList<string>)[$"[{page.Key}]({page.Key}.md)", page.Value.About])]);

    static Task<Markdown> Page(string program, System.CommandLine.RootCommand root) => Task.FromResult(CommandPage.Of(program, root));

    static async Task<Markdown> Definition(string plural) =>
        DefinitionPage.Of(await File.ReadAllTextAsync(RepositoryRoot.Join("deploy", "crds", $"apps.nebula-graph.io_{plural}.yaml")));

    static async Task<Markdown> DevAsync()
    {
        await using var help = new StringWriter();
        (await DaemonProgram.RunAsync("nebula-dev", ["--help"], () => help, () => TextWriter.Null)).ShouldBe(0);
        var page = new Markdown().Heading(1, "nebula-dev").Block(help.ToString());
        foreach (var tool in ToolProgram.Root().Subcommands) CommandPage.Add(page, $"nebula-dev {tool.Name}", tool, level: 2);
        return page;
    }

    static BrHost Host() => new() { Out = TextWriter.Null, Error = TextWriter.Null, IsTerminal = false, Environment = _ => null };

    static CertsHost Certs() => new(TextWriter.Null, TextWriter.Null, NullLoggerFactory.Instance, TimeProvider.System, new Random(1), _ => null, () => ["host"]);
}
