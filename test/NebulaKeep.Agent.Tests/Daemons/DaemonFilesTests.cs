using NebulaKeep.Agent.Daemons;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Rpc;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Agent.Tests.Daemons;

public sealed class DaemonFilesTests : IDisposable
{
    readonly HostFolder host = new();

    [Theory]
    [InlineData(Role.Meta, "metad")]
    [InlineData(Role.Storage, "storaged")]
    [InlineData(Role.Graph, "graphd")]
    public void Every_role_has_its_files(Role role, string name)
    {
        HostFolder.Write($"{host.Root}/etc/nebula-{name}.conf", "");

        var files = DaemonFiles.Read(host.Root, role);

        (files.Name, files.Binary, files.PidFile, files.Daemonizes).ShouldBe((name, $"{host.Root}/bin/nebula-{name}", $"{host.Root}/pids/nebula-{name}.pid", true));
    }

    [Theory]
    [InlineData("--pid_file=pids/x.pid", "{root}/pids/x.pid")]
    [InlineData("--pid_file=/run/x.pid", "/run/x.pid")]
    [InlineData("# --pid_file=/a\n  --pid_file = /b \n-pid_file=/c\nnonsense", "/c")]
    public void The_flag_file_names_the_pid_file(string flags, string expected)
    {
        HostFolder.Write($"{host.Root}/etc/nebula-metad.conf", flags);

        DaemonFiles.Read(host.Root, Role.Meta).PidFile.ShouldBe(expected.Replace("{root}", host.Root));
    }

    [Fact]
    public void A_daemon_that_is_not_installed_is_named()
    {
        ((Func<object?>)(() => DaemonFiles.Read(host.Root, Role.Graph))).ShouldBeRefused(GrpcStatusCode.NotFound).Message.ShouldContain("there is no nebula-graphd in");
        ((Func<object?>)(() => DaemonFiles.Read(host.Root, Role.Unspecified))).ShouldBeRefused(GrpcStatusCode.InvalidArgument);
    }

    public void Dispose() => host.Dispose();
}
