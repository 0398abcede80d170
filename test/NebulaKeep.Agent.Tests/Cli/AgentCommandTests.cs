using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NebulaKeep.Agent.Cli;
using NebulaKeep.Agent.Tests.Support;
using NebulaKeep.Core;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.Client;
using NebulaKeep.Security;
using NebulaKeep.Testing;

namespace NebulaKeep.Agent.Tests.Cli;

public sealed partial class AgentCommandTests(PkiFixture keys) : IClassFixture<PkiFixture>
{
    const int Terminate = 15, Interrupt = 2;

    [Theory]
    [InlineData("--help")]
    [InlineData("-help")]
    [InlineData("-h")]
    public async Task Help_names_every_flag_with_examples(string flag)
    {
        var (status, output, errors) = await RunAsync(flag);

        (status, errors).ShouldBe((0, ""));
        string[] flags = ["agent", "meta", "hbs", "ratelimit", "debug", "enable_ssl", "ca_path", "cert_path", "key_path", "insecure_skip_verify", "server_name",
            "server_cert_path", "server_key_path", "client_ca_path", "allowed_clients", "store_roots", "allowed_dirs", "upstream_compat", "insecure_plaintext_listener", "version"];
        flags.ShouldAllBe(name => output.Contains($"--{name}", StringComparison.Ordinal));
        output.ShouldContain("Examples");
        output.ShouldContain("CA_CERT_PATH");
        output.ShouldContain("Exit status");
    }

    [Fact]
    public async Task Version_prints_the_version() => (await RunAsync("--version")).Output.ShouldStartWith("nebulakeep agent ");

    [Theory]
    [InlineData("--agent is missing")]
    [InlineData("there is no flag --nope", "--nope")]
    [InlineData("neither true nor false", "--help=maybe")]
    public async Task Wrong_usage_ends_with_status_2_and_a_hint(string expected, params string[] arguments)
    {
        var (status, output, errors) = await RunAsync(arguments);

        (status, output).ShouldBe((2, ""));
        errors.ShouldContain(expected);
        errors.ShouldContain("Try 'agent --help'");
    }

    [Fact]
    public async Task Certificates_that_cannot_be_used_end_it_with_status_1_and_the_file()
    {
        var (status, _, errors) = await RunAsync("--agent=127.0.0.1:8888", "--ca_path=/no/such/ca.crt", "--cert_path=/no/c", "--key_path=/no/k");

        status.ShouldBe(1);
        errors.ShouldContain("/no/such/ca.crt");
    }

    [Fact]
    public async Task An_address_of_another_host_ends_it_with_status_1_and_no_stack_trace()
    {
        var (status, _, errors) = await RunAsync(["--agent=192.0.2.1:8888", .. Certificates()]);

        status.ShouldBe(1);
        errors.ShouldContain("agent: cannot listen on 192.0.2.1:8888");
        errors.Trim().ShouldNotContain("\n");
    }

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    public async Task The_program_serves_until_a_signal_and_then_ends_in_good_order(int signal)
    {
        var address = FreeAddress();
        using var program = Start($"--agent={address}", Certificates());
        await using var client = new AgentClient(address, new AgentClientOptions { Channel = new GrpcChannelOptions { Tls = keys.Pki.ClientTls(settings: GrpcChannelOptions.TlsSettings) } });
        await Eventually.TrueAsync(() => AnswersAsync(client), "the agent answers", TimeSpan.FromSeconds(30));

        kill(program.Id, signal).ShouldBe(0);

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await program.WaitForExitAsync(bound.Token);
        program.ExitCode.ShouldBe(0);
        (await program.StandardOutput.ReadToEndAsync(bound.Token)).ShouldContain($"Agent {address} is ready");
        (await program.StandardError.ReadToEndAsync(bound.Token)).ShouldBe("");
    }

    static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var status = await AgentCommand.RunAsync(arguments, _ => null, output, errors);
        return (status, output.ToString(), errors.ToString());
    }

    string[] Certificates()
    {
        var files = keys.Pki.Server();
        return [$"--ca_path={files.CaPath}", $"--cert_path={files.CertPath}", $"--key_path={files.KeyPath}"];
    }

    static Process Start(string address, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments.Prepend(address).Prepend(Path.Combine(AppContext.BaseDirectory, "agent.dll"))) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    static async Task<bool> AnswersAsync(AgentClient client)
    {
        try
        {
            await client.DescribeAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (AgentException e) when (e.Failure == AgentFailure.Unreachable)
        {
            return false;
        }
    }

    static HostAddress FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new HostAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
