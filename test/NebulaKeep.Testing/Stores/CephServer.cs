using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Testing.Stores;

/// <summary>
/// A real Ceph RADOS gateway 16.2, plain and TLS, for a whole test process. Uses the one whose <c>s3.env</c> the environment
/// variable <c>NEBULAKEEP_S3_ENV</c> names, else starts its own with <c>eng/ceph.sh</c> and stops it at the end.
/// </summary>
public sealed class CephServer : IAsyncDisposable
{
    readonly string? ownFolder;
    readonly Dictionary<string, string> values;

    CephServer(Dictionary<string, string> values, string? ownFolder)
    {
        this.values = values;
        this.ownFolder = ownFolder;
        AccessKey = File.ReadAllText(values["S3_ACCESS_KEY_FILE"]).Trim();
        SecretKey = new Secret(File.ReadAllText(values["S3_SECRET_KEY_FILE"]).Trim());
        CaPem = File.ReadAllText(values["S3_CA_FILE"]);
    }

    /// <summary>The plain endpoint.</summary>
    public string Endpoint => values["S3_ENDPOINT"];

    /// <summary>The endpoint with a certificate of <see cref="CaPem"/>.</summary>
    public string TlsEndpoint => values["S3_TLS_ENDPOINT"];

    /// <summary>A key id that the server's test KMS knows.</summary>
    public string KmsKeyId => values["S3_KMS_KEY_ID"];

    /// <summary>The only user.</summary>
    public string AccessKey { get; }

    /// <summary>The user's secret.</summary>
    public Secret SecretKey { get; }

    /// <summary>The private CA.</summary>
    public string CaPem { get; }

    /// <summary>
    /// Starts or finds the server; about 20 seconds. One that listens on another address than loopback is always an own one, with room for
    /// several backups of gibibytes (in memory).
    /// </summary>
    public static async Task<CephServer> StartAsync(CancellationToken cancellationToken, string? address = null)
    {
        if (address is null && Environment.GetEnvironmentVariable("NEBULAKEEP_S3_ENV") is { Length: > 0 } file)
            return new CephServer(Parse(await File.ReadAllTextAsync(file, cancellationToken)), null);
        var folder = Directory.CreateTempSubdirectory("nk-ceph-").FullName;
        return new CephServer(Parse(await RunAsync(["start", "--tls", "--dir", folder], cancellationToken, address)), folder);
    }

    /// <summary>Settings that work.</summary>
    public S3Settings Settings(bool tls) => new()
    {
        Endpoint = tls ? TlsEndpoint : Endpoint,
        AccessKey = AccessKey,
        SecretKey = SecretKey,
        CaPem = tls ? CaPem : null,
        PathStyle = true,
    };

    /// <summary>Makes a bucket; one that exists is no error.</summary>
    public async Task CreateBucketAsync(string name)
    {
        using var client = Client();
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name });
    }

    /// <summary>The SDK's own client, to look behind the store's back.</summary>
    public IAmazonS3 Client() => new AmazonS3Client(AccessKey, SecretKey.Reveal(), new AmazonS3Config
    {
        ServiceURL = Endpoint,
        ForcePathStyle = true,
        AuthenticationRegion = "us-east-1",
        RequestChecksumCalculation = Amazon.Runtime.RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = Amazon.Runtime.ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (ownFolder is not null) await RunAsync(["wipe", "--dir", ownFolder], CancellationToken.None);
    }

    static Dictionary<string, string> Parse(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    static async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken, string? address = null)
    {
        var start = new ProcessStartInfo(RepositoryRoot.Join("eng", "ceph.sh"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NEBULAKEEP_CEPH_OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (address is not null) (start.Environment["NEBULAKEEP_CEPH_ADDRESS"], start.Environment["NEBULAKEEP_CEPH_GIB"]) = (address, "8");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("eng/ceph.sh did not start");
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"eng/ceph.sh {arguments[0]} failed: {await errors}");
    }
}
