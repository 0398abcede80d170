using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;
using NebulaKeep.Operator.Resources.Shared;
using NebulaKeep.Operator.Shared;

namespace NebulaKeep.Operator.Backups.Desired;

/// <summary>
/// How br reaches the store: arguments that say where it is, and credentials as references to the Secret that the kubelet resolves.
/// No value of a Secret ever passes through here.
/// </summary>
sealed record StoreAccess
{
    const string Folder = "/var/run/nebulakeep";

    /// <summary>Flags of br.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>Variables of br's container.</summary>
    public IReadOnlyList<JsonObject> Environment { get; private init; } = [];

    /// <summary>Volumes of the pod, each of one file of a Secret.</summary>
    public IReadOnlyList<JsonObject> Volumes { get; private init; } = [];

    /// <summary>Where br's container has them.</summary>
    public IReadOnlyList<JsonObject> Mounts { get; private init; } = [];

    public static StoreAccess Of(S3Location? s3, GcsLocation? gcs, bool upstreamBr) => s3 is not null ? S3(s3, upstreamBr) : Gcs(gcs!, upstreamBr);

    /// <summary>The same for a pod that outlives its need of the store: it starts also where the Secrets are gone.</summary>
    public StoreAccess Optional()
    {
        JsonObject[] environment = [.. Environment.Select(variable => (JsonObject)variable.DeepClone())];
        foreach (var reference in environment.Select(variable => variable.At("valueFrom", "secretKeyRef")).OfType<JsonObject>()) reference["optional"] = true;
        JsonObject[] volumes = [.. Volumes.Select(volume => (JsonObject)volume.DeepClone())];
        foreach (var volume in volumes) volume["secret"]!["optional"] = true;
        return this with { Environment = environment, Volumes = volumes };
    }

    static StoreAccess S3(S3Location s3, bool upstreamBr)
    {
        var access = new StoreAccess { Arguments = ["--storage", $"s3://{ArgumentText.Literal(s3.Bucket)}"] };
        if (!string.IsNullOrEmpty(s3.Region)) access = access.With("--s3.region", ArgumentText.Literal(s3.Region));
        if (!string.IsNullOrEmpty(s3.Endpoint)) access = access.With("--s3.endpoint", ArgumentText.Literal(s3.Endpoint));
        if (!string.IsNullOrEmpty(s3.CaSecretName))
            access = access.WithFile("store-ca", s3.CaSecretName, SecretNeed.Ca, out var ca).With(new JsonObject { ["name"] = "AWS_CA_BUNDLE", ["value"] = ca });
        if (string.IsNullOrEmpty(s3.SecretName)) return access;      // the pod's own identity
        if (upstreamBr) access = access.With("--s3.access_key", "$(AWS_ACCESS_KEY_ID)", "--s3.secret_key", "$(AWS_SECRET_ACCESS_KEY)");
        return access.With(
            FromSecret("AWS_ACCESS_KEY_ID", s3.SecretName, SecretNeed.S3AccessKey),
            FromSecret("AWS_SECRET_ACCESS_KEY", s3.SecretName, SecretNeed.S3SecretKey),
            FromSecret("AWS_SESSION_TOKEN", s3.SecretName, SecretNeed.S3SessionToken, optional: true));
    }

    /// <summary>Upstream's br knows neither endpoints nor CAs of Google, and takes the credentials themselves.</summary>
    static StoreAccess Gcs(GcsLocation gcs, bool upstreamBr)
    {
        var access = new StoreAccess { Arguments = ["--storage", $"gs://{ArgumentText.Literal(gcs.Bucket)}"] };
        if (!upstreamBr && !string.IsNullOrEmpty(gcs.Endpoint)) access = access.With("--gs.endpoint", ArgumentText.Literal(gcs.Endpoint));
        if (!upstreamBr && !string.IsNullOrEmpty(gcs.CaSecretName)) access = access.WithFile("store-ca", gcs.CaSecretName, SecretNeed.Ca, out var ca).With("--gs.ca", ca);
        if (string.IsNullOrEmpty(gcs.SecretName)) return access;
        if (upstreamBr)
        {
            return access.With("--gs.credentials", "$(GOOGLE_APPLICATION_CREDENTIALS_JSON)")
                .With(FromSecret("GOOGLE_APPLICATION_CREDENTIALS_JSON", gcs.SecretName, SecretNeed.GcsCredentials));
        }

        return access.WithFile("gcs-credentials", gcs.SecretName, SecretNeed.GcsCredentials, out var key, "gcs", "credentials.json")
            .With(new JsonObject { ["name"] = "GOOGLE_APPLICATION_CREDENTIALS", ["value"] = key });
    }

    StoreAccess With(params string[] arguments) => this with { Arguments = [.. Arguments, .. arguments] };

    StoreAccess With(params JsonObject[] variables) => this with { Environment = [.. Environment, .. variables] };

    /// <summary>One key of a Secret as a file.</summary>
    StoreAccess WithFile(string volume, string secret, string key, out string path, string? folder = null, string? file = null)
    {
        var (mountPath, name) = ($"{Folder}/{folder ?? volume}", file ?? key);
        path = $"{mountPath}/{name}";
        var source = new JsonObject
        {
            ["secretName"] = secret,
            ["items"] = new JsonArray(new JsonObject { ["key"] = key, ["path"] = name }),
        };
        return this with
        {
            Volumes = [.. Volumes, new JsonObject { ["name"] = volume, ["secret"] = source }],
            Mounts = [.. Mounts, new JsonObject { ["name"] = volume, ["mountPath"] = mountPath, ["readOnly"] = true }],
        };
    }

    static JsonObject FromSecret(string variable, string secret, string key, bool optional = false)
    {
        var reference = new JsonObject { ["name"] = secret, ["key"] = key };
        if (optional) reference["optional"] = true;
        return new JsonObject { ["name"] = variable, ["valueFrom"] = new JsonObject { ["secretKeyRef"] = reference } };
    }
}
