using NebulaKeep.DevCluster.Configuration;
using NebulaKeep.DevCluster.Hosting;

namespace NebulaKeep.DevCluster.Tests.Configuration;

public sealed class TlsFlagsTests
{
    static readonly (string, string)[] Files = [("cert_path", "certs/server.crt"), ("key_path", "certs/server.key"), ("ca_path", "certs/ca.crt")];

    [Fact]
    public void Without_switches_there_is_no_TLS() => Read(DaemonRole.Metad).ShouldBe(new TlsFlags(null, null));

    [Theory]
    [InlineData(DaemonRole.Metad)]
    [InlineData(DaemonRole.Storaged)]
    [InlineData(DaemonRole.Graphd)]
    public void Enable_ssl_is_for_every_port_and_connection(DaemonRole role)
    {
        var tls = Read(role, [("enable_ssl", "true"), ("ca_client_path", "certs/clients.crt"), ("ssl_server_SAN", "nebula"), .. Files]);

        tls.Server!.CaPath.ShouldBe("/root/certs/clients.crt");
        tls.Client!.CaPath.ShouldBe("/root/certs/ca.crt");
        tls.Client.ServerName.ShouldBe("nebula");
        tls.Server.CertPath.ShouldBe("/root/certs/server.crt");
    }

    [Fact]
    public void Traffic_between_daemons_leaves_the_port_of_graphd_alone()
    {
        (string, string)[] flags = [("enable_meta_ssl", "true"), ("enable_storage_ssl", "true"), .. Files];

        Read(DaemonRole.Graphd, flags).Server.ShouldBeNull();
        Read(DaemonRole.Graphd, flags).Client.ShouldNotBeNull();
        Read(DaemonRole.Storaged, flags).Server.ShouldNotBeNull();
        Read(DaemonRole.Graphd, [("enable_graph_ssl", "true"), .. Files]).ShouldSatisfyAllConditions(tls => tls.Server.ShouldNotBeNull(), tls => tls.Client.ShouldBeNull());
    }

    [Fact]
    public void Half_of_the_traffic_in_plain_text_is_refused() =>
        Should.Throw<FlagsException>(() => Read(DaemonRole.Metad, [("enable_meta_ssl", "true"), .. Files])).Message.ShouldContain("--enable_storage_ssl");

    [Fact]
    public void A_missing_file_is_named() =>
        Should.Throw<FlagsException>(() => Read(DaemonRole.Metad, ("enable_ssl", "true"), ("ca_path", "ca.crt"))).Message.ShouldContain("--cert_path");

    [Fact]
    public void A_password_file_that_does_not_exist_is_none()
    {
        using var folder = new Testing.TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "password"), "secret");

        Read(DaemonRole.Metad, [("enable_ssl", "true"), ("password_path", Path.Combine(folder.Path, "password")), .. Files]).Server!.KeyPasswordPath.ShouldBe(Path.Combine(folder.Path, "password"));
        Read(DaemonRole.Metad, [("enable_ssl", "true"), ("password_path", Path.Combine(folder.Path, "none")), .. Files]).Server!.KeyPasswordPath.ShouldBeNull();
    }

    static TlsFlags Read(DaemonRole role, params (string, string)[] flags) => TlsFlags.Read(role, DaemonFlags.Of(flags), "/root");
}
