using NebulaKeep.EndToEnd.Tests.Harness;
using NebulaKeep.EndToEnd.Tests.Walkthrough;
using NebulaKeep.Testing;

namespace NebulaKeep.EndToEnd.Tests.Pages;

/// <summary>
/// The guide's shorter pages: their commands run and their manifests are accepted, from top to bottom, each page in a namespace of its own of a
/// real API server. Nothing runs pods here; the page "Backups with mTLS" is walked on a node.
/// </summary>
[Trait("Category", "Server")]
public sealed class PagesTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    [Theory]
    [InlineData("certificates.md")]
    [InlineData("clusters-on-kubernetes.md")]
    [InlineData("backups-on-kubernetes.md")]
    [InlineData("restores-on-kubernetes.md")]
    public async Task The_commands_of_a_page_run_as_they_stand(string name)
    {
        using var folder = new TemporaryFolder();
        var environment = await fixture.PrepareAsync(folder, name.Split('.')[0]);
        foreach (var block in GuidePage.Read(name).Blocks)
        {
            if (block.IsCommands) (await ShellAsync(folder, environment, block.Text)).ShouldSucceed();
            else if (block.Text.StartsWith("apiVersion: apps.nebula-graph.io/", StringComparison.Ordinal)) (await ShellAsync(folder, environment, $"kubectl apply -f - <<'EOF'\n{block.Text}EOF\n")).ShouldSucceed();
        }
    }

    static async Task<Finished> ShellAsync(TemporaryFolder folder, IReadOnlyDictionary<string, string> environment, string commands)
    {
        using var shell = RunningProgram.Start("/bin/bash", ["-euo", "pipefail", "-c", commands], environment, folder.Path);
        return await shell.WaitAsync(TimeSpan.FromMinutes(5));
    }
}
