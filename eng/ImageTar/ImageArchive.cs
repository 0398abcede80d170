using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar;

/// <summary>
/// An image as an OCI layout (opencontainers.org, image-spec: oci-layout, index.json, blobs by digest) in a tar, with the manifest.json
/// that older engines load.
/// </summary>
static class ImageArchive
{
    const string LayerType = "application/vnd.oci.image.layer.v1.tar";
    const string ConfigType = "application/vnd.oci.image.config.v1+json";
    const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Writes it.</summary>
    /// <returns>The digest of the image's manifest, by which registries know it.</returns>
    public static string Write(ImageSpec spec, ImageName name, IReadOnlyList<string> layers, string output)
    {
        using var work = new ScratchFolder();
        var blobs = layers.Select(folder => WriteLayer(folder, work)).ToList();
        var config = Blob.Of(Config(spec, blobs), ConfigType, work);
        var manifest = Blob.Of(Manifest(config, blobs), ManifestType, work);
        using var file = File.Create(output);
        using var tar = new TarWriter(file, TarEntryFormat.Gnu);
        Add(tar, "oci-layout", new JsonObject { ["imageLayoutVersion"] = "1.0.0" });
        Add(tar, "index.json", Index(manifest, name));
        Add(tar, "manifest.json", EngineManifest(config, blobs, name));
        foreach (var blob in blobs.Append(config).Append(manifest).DistinctBy(blob => blob.Digest).OrderBy(blob => blob.Digest, StringComparer.Ordinal)) Add(tar, blob);
        return manifest.Digest;
    }

    static Blob WriteLayer(string folder, ScratchFolder work)
    {
        var file = work.NewFile();
        using (var output = File.Create(file)) LayerWriter.Write(folder, output);
        return Blob.OfFile(file, LayerType);
    }

    static JsonObject Config(ImageSpec spec, IEnumerable<Blob> layers) => new()
    {
        ["created"] = "1970-01-01T00:00:00Z",
        ["architecture"] = "amd64",
        ["os"] = "linux",
        ["config"] = new JsonObject
        {
            ["User"] = spec.User,
            ["Env"] = Texts(spec.Environment.Select(pair => $"{pair.Key}={pair.Value}")),
            ["Entrypoint"] = Texts(spec.Entrypoint),
            ["Cmd"] = Texts(spec.Command),
            ["WorkingDir"] = spec.WorkingDirectory,
            ["Labels"] = new JsonObject(spec.Labels.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
        },
        // Layers are not compressed, so the digest of a layer is that of its content.
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Texts(layers.Select(layer => layer.Digest)) },
    };

    static JsonObject Manifest(Blob config, IEnumerable<Blob> layers) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = ManifestType,
        ["config"] = config.Describe(),
        ["layers"] = new JsonArray([.. layers.Select(layer => (JsonNode?)layer.Describe())]),
    };

    // containerd takes its own annotation as it is and looks images up by full names; Docker and skopeo take the short one.
    static JsonObject Index(Blob manifest, ImageName name)
    {
        var described = manifest.Describe();
        described["annotations"] = new JsonObject { ["io.containerd.image.name"] = name.Full, ["org.opencontainers.image.ref.name"] = name.Short };
        return new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = new JsonArray(described) };
    }

    static JsonArray EngineManifest(Blob config, IEnumerable<Blob> layers, ImageName name) =>
        new(new JsonObject { ["Config"] = config.Path, ["RepoTags"] = Texts([name.Short]), ["Layers"] = Texts(layers.Select(layer => layer.Path)) });

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    static void Add(TarWriter tar, string name, JsonNode json)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Add(tar, name, content);
    }

    static void Add(TarWriter tar, Blob blob)
    {
        using var content = File.OpenRead(blob.File);
        Add(tar, blob.Path, content);
    }

    static void Add(TarWriter tar, string name, Stream content) => tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name)
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        ModificationTime = DateTimeOffset.UnixEpoch,
        DataStream = content,
    });

    /// <summary>Bytes that go by their digest.</summary>
    sealed record Blob(string File, string Digest, long Size, string Type)
    {
        public string Path => $"blobs/sha256/{Digest["sha256:".Length..]}";

        public static Blob OfFile(string file, string type)
        {
            using var content = System.IO.File.OpenRead(file);
            return new Blob(file, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, type);
        }

        public static Blob Of(JsonNode json, string type, ScratchFolder work)
        {
            var file = work.NewFile();
            System.IO.File.WriteAllText(file, json.ToJsonString());
            return OfFile(file, type);
        }

        public JsonObject Describe() => new() { ["mediaType"] = Type, ["digest"] = Digest, ["size"] = Size };
    }
}
