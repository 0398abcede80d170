using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Tests.Hosting;

public sealed class DaemonProgramTests : IDisposable
{
    readonly StringWriter output = new();
    readonly StringWriter errors = new();

    public void Dispose()
    {
        output.Dispose();
        errors.Dispose();
    }

    [Theory]
    [InlineData("nebula-dev", "--help")]
    [InlineData("nebula-dev", "metad", "--help")]
    [InlineData("bin/nebula-storaged", "--help")]
    public async Task Help_goes_to_the_output_and_ends_well(params string[] line)
    {
        (await RunAsync(line)).ShouldBe(0);
        output.ToString().ShouldContain("--meta_server_addrs");
    }

    [Fact]
    public async Task Without_a_role_nothing_is_started()
    {
        (await RunAsync("nebula-dev")).ShouldBe(2);
        errors.ToString().ShouldContain("metad, storaged or graphd");
    }

    [Fact]
    public async Task The_name_of_a_link_says_which_daemon_it_is()
    {
        (await RunAsync("/usr/local/nebula/bin/nebula-graphd", "--version")).ShouldBe(0);
        output.ToString().ShouldStartWith("nebula-graphd of nebula-dev");
    }

    [Fact]
    public async Task A_flag_that_cannot_be_used_is_wrong_usage_and_is_named()
    {
        (await RunAsync("nebula-dev", "storaged", "surplus")).ShouldBe(2);
        errors.ToString().ShouldContain("nebula-storaged: the command line: 'surplus' is not a flag");
    }

    Task<int> RunAsync(params string[] line) => DaemonProgram.RunAsync(line[0], line[1..], () => output, () => errors);
}
