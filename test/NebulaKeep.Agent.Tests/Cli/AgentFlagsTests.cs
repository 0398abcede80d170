using NebulaKeep.Agent.Cli;
using NebulaKeep.Core;
using NebulaKeep.Security;

namespace NebulaKeep.Agent.Tests.Cli;

public sealed class AgentFlagsTests
{
    static readonly string[] Agent = ["--agent", "n1:8888"];

    [Fact]
    public void Without_flags_everything_has_upstreams_defaults()
    {
        var settings = Read(Agent);

        settings.Agent.ShouldBe(new HostAddress("n1", 8888));
        settings.Metads.ShouldBeEmpty();
        settings.HeartbeatInterval.ShouldBe(TimeSpan.FromSeconds(60));
        settings.BytesPerSecond.ShouldBe(0);
        settings.MetaTls.ShouldBeNull();
        settings.ListenerTls.ShouldBe(TlsFiles.Default);
        settings.AllowedClients.ShouldBeNull();
        (settings.Debug, settings.UpstreamCompat, settings.PlaintextListener).ShouldBe((false, false, null));
    }

    [Theory]
    [InlineData("--hbs=7")]
    [InlineData("-hbs=7")]
    [InlineData("--hbs", "7")]
    [InlineData("-hbs", "7")]
    [InlineData("--hbs=1", "-hbs=7")]
    public void Flags_are_written_as_for_upstreams_agent(params string[] arguments) =>
        Read([.. Agent, .. arguments]).HeartbeatInterval.ShouldBe(TimeSpan.FromSeconds(7));

    [Theory]
    [InlineData("--debug", true)]
    [InlineData("-debug", true)]
    [InlineData("--debug=true", true)]
    [InlineData("--debug=T", true)]
    [InlineData("--debug=1", true)]
    [InlineData("--debug=false", false)]
    [InlineData("--debug=0", false)]
    public void Booleans_are_Gos(string argument, bool expected) => Read([.. Agent, argument]).Debug.ShouldBe(expected);

    [Fact]
    public void A_boolean_takes_no_separate_value() =>
        Should.Throw<UsageException>(() => Read([.. Agent, "--debug", "false"])).Message.ShouldContain("'false' is no flag");

    [Fact]
    public void The_rate_limit_counts_upstreams_megabits() => Read([.. Agent, "--ratelimit=8"]).BytesPerSecond.ShouldBe(1 << 20);

    [Fact]
    public void Metads_and_lists_are_separated_by_commas()
    {
        var settings = Read([.. Agent, "--meta=a:1, b:2", "--store_roots=/s1/,/s2", "--allowed_dirs=/d", "--allowed_clients=br,*.ops"]);

        settings.Metads.ShouldBe([new HostAddress("a", 1), new HostAddress("b", 2)]);
        settings.StoreRoots.ShouldBe(["/s1", "/s2"]);
        settings.AllowedDirectories.ShouldBe(["/d"]);
        settings.AllowedClients.ShouldBe(["br", "*.ops"]);
    }

    [Fact]
    public void An_empty_list_of_clients_is_a_list_and_lets_nobody_in() => Read([.. Agent, "--allowed_clients="]).AllowedClients.ShouldBe([]);

    [Fact]
    public void The_certificates_of_the_flags_serve_both_sides()
    {
        var settings = Read([.. Agent, "--enable_ssl", "--ca_path=/ca", "--cert_path=/c", "--key_path=/k", "--server_name=metad", "--insecure_skip_verify"]);

        settings.MetaTls.ShouldBe(new TlsFiles("/ca", "/c", "/k", ServerName: "metad", InsecureSkipVerify: true));
        settings.ListenerTls.ShouldBe(new TlsFiles("/ca", "/c", "/k"));
    }

    [Fact]
    public void The_own_port_can_have_another_certificate_and_CA() =>
        Read([.. Agent, "--server_cert_path=/sc", "--server_key_path=/sk", "--client_ca_path=/cca"]).ListenerTls.ShouldBe(new TlsFiles("/cca", "/sc", "/sk"));

    [Fact]
    public void The_own_port_takes_the_server_pair_beside_the_clients_where_both_files_exist()
    {
        string[] arguments = [.. Agent, "--ca_path=/p/ca.crt", "--cert_path=/p/client.crt", "--key_path=/p/client.key"];

        Read(arguments, null, "/p/server.crt", "/p/server.key").ListenerTls.ShouldBe(new TlsFiles("/p/ca.crt", "/p/server.crt", "/p/server.key"));
        Read(arguments, null, "/p/server.crt").ListenerTls.ShouldBe(new TlsFiles("/p/ca.crt", "/p/client.crt", "/p/client.key"));
        Read([.. arguments, "--server_cert_path=/sc", "--server_key_path=/sk"], null, "/p/server.crt", "/p/server.key").ListenerTls.ShouldBe(new TlsFiles("/p/ca.crt", "/sc", "/sk"));
    }

    [Fact]
    public void The_environments_three_paths_replace_the_flags()
    {
        var environment = new Dictionary<string, string> { ["CA_CERT_PATH"] = "/e/ca", ["CLIENT_CERT_PATH"] = "/e/c", ["CLIENT_KEY_PATH"] = "/e/k" };

        Read([.. Agent, "--enable_ssl", "--ca_path=/ca"], environment).MetaTls.ShouldBe(new TlsFiles("/e/ca", "/e/c", "/e/k"));
    }

    [Fact]
    public void Two_of_the_environments_paths_replace_nothing()
    {
        var environment = new Dictionary<string, string> { ["CA_CERT_PATH"] = "/e/ca", ["CLIENT_CERT_PATH"] = "/e/c" };

        Read([.. Agent, "--ca_path=/ca"], environment).ListenerTls.CaPath.ShouldBe("/ca");
    }

    [Fact]
    public void Store_roots_can_come_from_the_environment_and_the_flag_wins()
    {
        var environment = new Dictionary<string, string> { ["NEBULAKEEP_STORE_ROOTS"] = "/env" };

        Read(Agent, environment).StoreRoots.ShouldBe(["/env"]);
        Read([.. Agent, "--store_roots=/flag"], environment).StoreRoots.ShouldBe(["/flag"]);
    }

    [Fact]
    public void A_plaintext_port_implies_upstreams_calls_and_only_it_does_so_without_being_asked()
    {
        Read([.. Agent, "--insecure_plaintext_listener=n1:8889"]).ShouldSatisfyAllConditions(
            s => s.UpstreamCompat.ShouldBeTrue(), s => s.IsPlaintextOnly.ShouldBeFalse());
        Read([.. Agent, "--insecure_plaintext_listener=n1:8888"]).IsPlaintextOnly.ShouldBeTrue();
        Read([.. Agent, "--upstream_compat"]).ShouldSatisfyAllConditions(
            s => s.UpstreamCompat.ShouldBeTrue(), s => s.PlaintextListener.ShouldBeNull());
    }

    [Theory]
    [InlineData("--agent is missing")]
    [InlineData("'auto' is no address", "--agent=auto")]
    [InlineData("--agent: 'n1' is no address", "--agent=n1")]
    [InlineData("--meta: 'b' is no address", "--agent=n1:1", "--meta=a:1,b")]
    [InlineData("--hbs: '300' is no number from 1 to 299", "--agent=n1:1", "--hbs=300")]
    [InlineData("--hbs: '0' is no number", "--agent=n1:1", "--hbs=0")]
    [InlineData("--ratelimit: '-1' is no number", "--agent=n1:1", "--ratelimit=-1")]
    [InlineData("--debug: 'maybe' is neither true nor false", "--agent=n1:1", "--debug=maybe")]
    [InlineData("there is no flag --no_such", "--no_such")]
    [InlineData("--agent needs a value", "--agent")]
    [InlineData("'serve' is no flag", "serve")]
    [InlineData("'--' is no flag", "--")]
    [InlineData("'/' would allow everything", "--agent=n1:1", "--allowed_dirs=/")]
    [InlineData("'/' would allow everything", "--agent=n1:1", "--store_roots=/")]
    [InlineData("not absolute", "--agent=n1:1", "--store_roots=backups")]
    [InlineData("belong together", "--agent=n1:1", "--server_cert_path=/c")]
    public void What_cannot_be_used_is_named(string expected, params string[] arguments) =>
        Should.Throw<UsageException>(() => Read(arguments)).Message.ShouldContain(expected);

    static AgentSettings Read(string[] arguments, Dictionary<string, string>? environment = null, params string[] existing) =>
        AgentFlags.Read(AgentFlags.Parse(arguments), name => environment?.GetValueOrDefault(name), existing.Contains);
}
