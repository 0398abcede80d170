using System.Security.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.DevCluster.Hosting;
using NebulaKeep.DevCluster.Meta;
using NebulaKeep.DevCluster.Storage;
using NebulaKeep.Nebula.Calls;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Transport;

namespace NebulaKeep.DevCluster.Tests.Cluster;

/// <summary>Everything that can be wrong with a certificate, against a whole metad and a storaged's admin port, as the typed clients see it.</summary>
public sealed class DaemonTlsMatrixTests : IClassFixture<DaemonTlsMatrixTests.Keys>
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly TestPki pki;

    public DaemonTlsMatrixTests(Keys keys) => pki = keys.Pki;

    public static TheoryData<string, SslProtocols> Cells => [.. TlsMatrix.Cells];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_at_metad_works_or_names_its_problem(string scenario, SslProtocols version)
    {
        var cell = TlsMatrix.Cell(scenario, version);
        using var folder = new TemporaryFolder();
        var address = new HostAddress($"{LoopbackNet.Take()}1", 9559);
        await using var metad = MetaDaemon.Start(new MetaOptions { Address = address, DataPath = folder["meta"], Peers = [address] }, Environment(folder, cell));
        await using var client = new MetaClient(new MetaClientOptions { Addresses = [address], Connection = Connection(cell), Retry = RetriesOf(cell) });

        await CheckAsync(cell, address, () => client.ListSpacesAsync(None));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_at_a_storageds_admin_port_works_or_names_its_problem(string scenario, SslProtocols version)
    {
        var cell = TlsMatrix.Cell(scenario, version);
        using var folder = new TemporaryFolder();
        var net = LoopbackNet.Take();
        var address = new HostAddress($"{net}2", 9779);
        await using var storaged = StorageDaemon.Start(
            new StorageOptions { Address = address, DataPaths = [folder["storage"]], Metads = [new HostAddress($"{net}1", 9559)] }, Environment(folder, cell));
        await using var client = StorageAdminClient.OfStorage(address, new StorageAdminClientOptions { Connection = Connection(cell), Retry = RetriesOf(cell) });

        await CheckAsync(cell, client.Address, () => client.GetLeaderPartsAsync(None));
    }

    static async Task CheckAsync(TlsCell cell, HostAddress address, Func<Task> call)
    {
        if (cell is { ClientSpeaksTls: true, Expected: null })
        {
            await call();
        }
        else if (!cell.ClientSpeaksTls)
        {
            (await Should.ThrowAsync<NebulaKeepException>(call)).Message.ShouldContain($"{address}");
        }
        else
        {
            var failure = await Should.ThrowAsync<TlsFailureException>(call);
            failure.Problem.ShouldBe(cell.Expected!.Value, failure.Message);
            failure.Message.ShouldContain($"{address}");
        }
    }

    /// <summary>A problem of certificates ends the retries at once; only who needs a daemon that is still starting waits for it.</summary>
    static RetryOptions RetriesOf(TlsCell cell) => new() { RetryFor = cell is { ClientSpeaksTls: true, Expected: null } ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(1) };

    DaemonEnvironment Environment(TemporaryFolder folder, TlsCell cell) =>
        new(folder.Path, TimeProvider.System, new Random(1), NullLoggerFactory.Instance, cell.ServerSpeaksTls ? pki.ServerTls(cell.Server) : null, pki.ClientTls());

    // The daemons' addresses are chosen late, so clients look for another of the certificate's names.
    ThriftClientOptions Connection(TlsCell cell) => new()
    {
        Tls = cell.ClientSpeaksTls
            ? ClientTls.Open(pki.Client(cell.Client) with { ServerName = "localhost" }, cell.ClientSettings, TimeProvider.System, NullLogger.Instance)
            : null,
    };

    /// <summary>One CA for all cells.</summary>
    public sealed class Keys : IDisposable
    {
        public TestPki Pki { get; } = new();

        public void Dispose() => Pki.Dispose();
    }
}
