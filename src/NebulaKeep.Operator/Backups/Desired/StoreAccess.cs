using System.Text.Json.Nodes;
using NebulaKeep.Operator.Resources.Backups;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>
/// How br reaches the store: arguments that say where it is, and credentials as references to the Secret that the kubelet resolves.
/// No value of a Secret ever passes through here.
/// </summary>
sealed record StoreAccess(IReadOnlyList<string> Arguments, IReadOnlyList<JsonObject> Environment, JsonObject? Volume, JsonObject? Mount)
{
    const string GcsVolume = "gcs-credentials";
    const string GcsFolder = "/var/run/nebulakeep/gcs";
    const string GcsFile = "credentials.json";

    public static StoreAccess Of(BackupConfig config, bool upstreamBr) => config.S3 is { } s3
        ? S3(s3.Bucket, s3.Region, s3.Endpoint, s3.SecretName, upstreamBr)
        : Gcs(config.Gcs!.Bucket, config.Gcs.SecretName, upstreamBr);

    static StoreAccess S3(string bucket, string? region, string? endpoint, string? secret, bool upstreamBr)
    {
        List<string> arguments = ["--storage", $"s3://{ArgumentText.Literal(bucket)}"];
        if (!string.IsNullOrEmpty(region)) arguments.AddRange(["--s3.region", ArgumentText.Literal(region)]);
        if (!string.IsNullOrEmpty(endpoint)) arguments.AddRange(["--s3.endpoint", ArgumentText.Literal(endpoint)]);
        if (string.IsNullOrEmpty(secret)) return new StoreAccess(arguments, [], null, null);      // the pod's own identity
        if (upstreamBr) arguments.AddRange(["--s3.access_key", "$(AWS_ACCESS_KEY_ID)", "--s3.secret_key", "$(AWS_SECRET_ACCESS_KEY)"]);
        return new StoreAccess(
            arguments,
            [
                FromSecret("AWS_ACCESS_KEY_ID", secret, SecretNeed.S3AccessKey),
                FromSecret("AWS_SECRET_ACCESS_KEY", secret, SecretNeed.S3SecretKey),
                FromSecret("AWS_SESSION_TOKEN", secret, SecretNeed.S3SessionToken, optional: true),
            ],
            null,
            null);
    }

    static StoreAccess Gcs(string bucket, string? secret, bool upstreamBr)
    {
        List<string> arguments = ["--storage", $"gs://{ArgumentText.Literal(bucket)}"];
        if (string.IsNullOrEmpty(secret)) return new StoreAccess(arguments, [], null, null);
        if (upstreamBr)
        {
            arguments.AddRange(["--gs.credentials", "$(GOOGLE_APPLICATION_CREDENTIALS_JSON)"]);
            return new StoreAccess(arguments, [FromSecret("GOOGLE_APPLICATION_CREDENTIALS_JSON", secret, SecretNeed.GcsCredentials)], null, null);
        }
        var volume = new JsonObject
        {
            ["name"] = GcsVolume,
            ["secret"] = new JsonObject
            {
                ["secretName"] = secret,
                ["items"] = new JsonArray(new JsonObject { ["key"] = SecretNeed.GcsCredentials, ["path"] = GcsFile }),
            },
        };
        var mount = new JsonObject { ["name"] = GcsVolume, ["mountPath"] = GcsFolder, ["readOnly"] = true };
        return new StoreAccess(arguments, [new JsonObject { ["name"] = "GOOGLE_APPLICATION_CREDENTIALS", ["value"] = $"{GcsFolder}/{GcsFile}" }], volume, mount);
    }

    static JsonObject FromSecret(string variable, string secret, string key, bool optional = false)
    {
        var reference = new JsonObject { ["name"] = secret, ["key"] = key };
        if (optional) reference["optional"] = true;
        return new JsonObject { ["name"] = variable, ["valueFrom"] = new JsonObject { ["secretKeyRef"] = reference } };
    }
}
