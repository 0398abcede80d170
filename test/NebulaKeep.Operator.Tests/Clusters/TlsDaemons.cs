using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.Core;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Nebula.Common;
using NebulaKeep.Nebula.Meta;
using NebulaKeep.Nebula.Storage;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Daemons;
using NebulaKeep.Security;
using NebulaKeep.Testing;
using NebulaKeep.Thrift.Server;

namespace NebulaKeep.Operator.Tests.Clusters;

/// <summary>A metad and a storaged that speak Thrift over TLS, and Secrets for who speaks to them.</summary>
sealed class TlsDaemons : IAsyncDisposable
{
    const string Everywhere = "spec: {sslCerts: {clientSecret: client, caSecret: ca, serverName: localhost}, metad: {config: {enable_ssl: \"true\"}}, storaged: {config: {enable_ssl: \"true\"}}, graphd: {config: {enable_ssl: \"true\"}}}";
    readonly ThriftServer metad, storaged;
    readonly Dictionary<int, List<int>> leads = new() { [1] = [1, 2, 3] };
    int version = 1;

    public TlsDaemons(TestPki pki, ClientCertificates asks = ClientCertificates.Required)
    {
        Pki = pki;
        var options = new ThriftServerOptions { Tls = pki.ServerTls(settings: new ServerTlsSettings { Clients = asks }) };
        storaged = ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), Storaged(), options, NullLogger.Instance);
        metad = ThriftServer.Start(new IPEndPoint(IPAddress.Loopback, 0), Metad(), options, NullLogger.Instance);
        Secrets["client"] = Secret("client", ("tls.crt", pki.Client().CertPath!), ("tls.key", pki.Client().KeyPath!));
        Secrets["ca"] = Secret("ca", ("ca.crt", pki.CaPath));
        Door = new NebulaDaemons(new DaemonTls((key, _) => Task.FromResult(Secrets.GetValueOrDefault(key.Name)), null, TimeProvider.System, NullLogger.Instance), TimeProvider.System, _ => [metad.Address]);
    }

    public TestPki Pki { get; }

    public NebulaDaemons Door { get; }

    public Dictionary<string, JsonObject> Secrets { get; } = [];

    public ConcurrentQueue<string> Calls { get; } = new();

    public ClusterObject Cluster { get; } = ClusterCase.Of(Everywhere);

    /// <summary>Where the storaged serves data: its admin port is one below.</summary>
    public HostAddress Storage => storaged.Address.WithPort(storaged.Address.Port + 1);

    public JsonObject Secret(string name, params (string Key, string Path)[] values)
    {
        var secret = ObjectFields.New(KnownKinds.Secret, new NamespacedName("default", name));
        secret.Metadata()["resourceVersion"] = $"{version++}";
        secret["data"] = new JsonObject(values.Select(value => KeyValuePair.Create<string, JsonNode?>(value.Key, Convert.ToBase64String(File.ReadAllBytes(value.Path)))));
        return secret;
    }

    public async ValueTask DisposeAsync()
    {
        await metad.DisposeAsync();
        await storaged.DisposeAsync();
    }

    ThriftHandlers Metad() => new ThriftHandlers()
        .On(MetaService.VerifyClientVersion, (_, _) => Task.FromResult(new VerifyClientVersionResp()))
        .On(MetaService.ListSpaces, (_, _) => Task.FromResult(new ListSpacesResp { Spaces = [new IdName { Id = new ID { SpaceId = 1 }, Name = "a" }] }))
        .On(MetaService.GetMetaDirInfo, (_, _) => Task.FromResult(new GetMetaDirInfoResp { Dir = new DirInfo { Root = "/", Data = [] } }))
        .On(MetaService.RestoreMeta, (request, _) =>
        {
            Calls.Enqueue($"restore {string.Join(' ', request.Files)} {string.Join(' ', request.Hosts.Select(pair => $"{pair.FromHost.Host}>{pair.ToHost.Host}"))}");
            return Task.FromResult(new RestoreMetaResp());
        })
        .On(MetaService.GetSpace, (_, _) => Task.FromResult(new GetSpaceResp { Item = new SpaceItem { SpaceId = 1, Properties = new SpaceDesc { ReplicaFactor = 3 } } }))
        .On(MetaService.ListHosts, (request, _) => Task.FromResult(Hosts(request.Type)))
        .On(MetaService.AddHosts, (request, _) => Answer($"add {request.Hosts.Count}", ErrorCode.E_EXISTED))
        .On(MetaService.DropHosts, (request, _) => Answer($"drop {request.Hosts.Count}", ErrorCode.SUCCEEDED))
        .On(MetaService.RunAdminJob, (request, _) => Task.FromResult(Job(request)))
        .On(MetaService.GetPartsAlloc, (_, _) => Task.FromResult(new GetPartsAllocResp
        {
            Parts = new Dictionary<int, IReadOnlyList<HostAddr>> { [1] = [HostAddr.Of(Storage), Other(1), Other(2)], [2] = [Other(1), HostAddr.Of(Storage)], [3] = [HostAddr.Of(Storage)] },
        }));

    ThriftHandlers Storaged() => new ThriftHandlers()
        .On(StorageAdminService.GetLeaderParts, (_, _) => Task.FromResult(new GetLeaderPartsResp { LeaderParts = leads.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<int>)[.. pair.Value]) }))
        .On(StorageAdminService.TransLeader, (request, _) =>
        {
            Calls.Enqueue($"part {request.PartId} to {request.NewLeader.Host}");
            leads[request.SpaceId].Remove(request.PartId);
            return Task.FromResult(new AdminExecResp { Result = new ResponseCommon { FailedParts = [], LatencyInUs = 1 } });
        });

    ListHostsResp Hosts(ListHostType type) => new()
    {
        Hosts = type switch
        {
            ListHostType.META => [new HostItem { HostAddr = Other(9), Version = "3.8.0" }],
            ListHostType.STORAGE => [new HostItem { HostAddr = Other(1) }, new HostItem { HostAddr = Other(2) }],
            _ => [new HostItem { HostAddr = Other(1), AllParts = new Dictionary<string, IReadOnlyList<int>> { ["a"] = [1, 2] } }],
        },
    };

    AdminJobResp Job(AdminJobReq request)
    {
        Calls.Enqueue($"{request.Op} {request.Type} {string.Join(' ', request.Paras)}".Trim());
        if (request is { Op: JobOp.ADD, Type: JobType.ZONE_BALANCE }) return new AdminJobResp { Code = ErrorCode.E_BALANCED };
        return new AdminJobResp { Result = new AdminJobResult { JobId = 7, JobDesc = [new JobDesc { JobId = 7, Status = JobStatus.RUNNING }] } };
    }

    Task<ExecResp> Answer(string call, ErrorCode code)
    {
        Calls.Enqueue(call);
        return Task.FromResult(new ExecResp { Code = code });
    }

    static HostAddr Other(int number) => new() { Host = $"s{number}", Port = 9779 };
}
