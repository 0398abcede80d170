using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using NebulaKeep.ObjectStore.Tests.Support;

namespace NebulaKeep.ObjectStore.Tests.S3;

/// <summary>The contract on a real Ceph 16.2 over plain HTTP.</summary>
[Trait("Category", "Server")]
public class S3OnCephTests(CephFixture ceph) : ObjectStoreContract
{
    protected virtual bool Tls => false;

    protected string Prefix { get; } = Guid.NewGuid().ToString("N");

    protected override async Task<IObjectStore> OpenAsync() => ObjectStores.Open(new StoreSettings
    {
        Uri = StoreUri.Parse($"s3://{CephFixture.Bucket}/{Prefix}"),
        S3 = (await ceph.ServerAsync()).Settings(Tls),
    }, NullLoggerFactory.Instance, TimeProvider.System);

    protected override async Task ShouldHoldNoDebrisAsync()
    {
        using var client = (await ceph.ServerAsync()).Client();
        var uploads = await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = CephFixture.Bucket, Prefix = Prefix });
        (uploads.MultipartUploads ?? []).ShouldBeEmpty();
    }
}

/// <summary>The contract over TLS with a private CA.</summary>
[Trait("Category", "Server")]
public sealed class S3OnCephTlsTests(CephFixture ceph) : S3OnCephTests(ceph)
{
    protected override bool Tls => true;

    protected override int ManyObjects => 1100;
}
