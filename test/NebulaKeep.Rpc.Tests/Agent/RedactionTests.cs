using NebulaKeep.Rpc.AgentV1;
using NebulaKeep.Rpc.Upstream;
using S3 = NebulaKeep.Rpc.Upstream.S3;

namespace NebulaKeep.Rpc.Tests.Agent;

public sealed class RedactionTests
{
    const string Canary = "canary-5e1f";

    [Fact]
    public void Our_requests_print_without_keys() =>
        new UploadRequest { Store = new Store { Uri = "s3://b/p", S3 = new Store.Types.S3 { AccessKey = Canary, SecretKey = Canary, SessionToken = Canary } } }
            .ToString().ShouldSatisfyAllConditions(text => text.ShouldContain("s3://b/p"), text => text.ShouldNotContain(Canary));

    [Fact]
    public void Upstreams_requests_print_without_keys() =>
        (new UploadFileRequest { TargetBackend = new Backend { S3 = new S3 { Bucket = "b", AccessKey = Canary, SecretKey = Canary } } }.ToString() +
         new UploadFileRequest { TargetBackend = new Backend { Gs = new GS { Bucket = "b", Credentials = Canary } } }).ShouldNotContain(Canary);
}
