using System.CommandLine;
using NebulaKeep.Core;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Br.Options;

/// <summary>Flags of S3, named as in nebula-br (spec/backup-flow.md §4).</summary>
sealed class S3Options
{
    readonly Option<string?> endpoint = new("--s3.endpoint") { Description = "S3 server, URL or host:port; empty: AWS" };
    readonly Option<string?> region = new("--s3.region") { Description = "region for signing" };
    readonly Option<string?> accessKey = new("--s3.access_key") { Description = "access key; better AWS_ACCESS_KEY_ID" };
    readonly Option<string?> secretKey = new("--s3.secret_key") { Description = "secret key; better AWS_SECRET_ACCESS_KEY" };
    readonly Option<string?> sessionToken = new("--s3.session_token") { Description = "token of temporary credentials; better AWS_SESSION_TOKEN" };
    readonly Option<string?> ca = new("--s3.ca") { Description = "file with the CA certificates of the S3 server" };
    readonly Option<bool?> pathStyle = new("--s3.path_style") { Description = "bucket in the path; default: where the endpoint has a port" };
    readonly Option<string?> encryption = new("--s3.sse") { Description = "server-side encryption: AES256 or aws:kms" };
    readonly Option<string?> kmsKey = new("--s3.sse_kms_key_id") { Description = "key for aws:kms" };

    public S3Options() => encryption.AcceptOnlyFromAmong("AES256", "aws:kms");

    public IEnumerable<Option> All => [endpoint, region, accessKey, secretKey, sessionToken, ca, pathStyle, encryption, kmsKey];

    /// <summary>The settings of a command line; what flags leave out comes from AWS_* of the environment.</summary>
    public S3Settings Read(ParseResult result, Func<string, string?> environment)
    {
        var key = result.GetValue(accessKey) ?? environment("AWS_ACCESS_KEY_ID");
        var secret = result.GetValue(secretKey) ?? environment("AWS_SECRET_ACCESS_KEY");
        if (string.IsNullOrEmpty(key) != string.IsNullOrEmpty(secret)) throw new UsageException("Give both the access key and the secret key of the S3 server, or neither.");
        return new S3Settings
        {
            Endpoint = result.GetValue(endpoint) ?? environment("AWS_ENDPOINT_URL_S3") ?? environment("AWS_ENDPOINT_URL"),
            Region = result.GetValue(region) ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION"),
            AccessKey = key,
            SecretKey = Secret.FromOptional(secret),
            SessionToken = Secret.FromOptional(result.GetValue(sessionToken) ?? environment("AWS_SESSION_TOKEN")),
            CaPem = CaFile.Read(result.GetValue(ca) ?? environment("AWS_CA_BUNDLE"), "S3"),
            PathStyle = result.GetValue(pathStyle),
            ServerSideEncryption = result.GetValue(encryption),
            KmsKeyId = result.GetValue(kmsKey),
        };
    }
}
