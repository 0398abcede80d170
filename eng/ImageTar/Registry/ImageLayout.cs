using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace NebulaKeep.ImageTar.Registry;

/// <summary>An image archive (OCI image layout in a tar), unpacked for a while.</summary>
sealed class ImageLayout : IDisposable
{
    const string Prefix = "blobs/sha256/";
    readonly ScratchFolder work = new();
    readonly Dictionary<string, string> blobs = new(StringComparer.Ordinal);

    ImageLayout() { }

    /// <summary>The manifest's bytes: its digest is over them.</summary>
    public byte[] Manifest { get; private set; } = [];

    /// <summary>The manifest's media type.</summary>
    public string ManifestType { get; private set; } = "";

    /// <summary>Digest and file of the layers and the configuration.</summary>
    public IReadOnlyList<(string Digest, string File)> Blobs { get; private set; } = [];

    /// <summary>Unpacks an archive.</summary>
    /// <exception cref="InvalidDataException">It is none, or names what it does not have.</exception>
    public static ImageLayout Open(string archive)
    {
        var layout = new ImageLayout();
        try
        {
            layout.Read(archive);
            return layout;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or FormatException or EndOfStreamException or InvalidDataException)
        {
            layout.Dispose();
            throw new InvalidDataException($"{archive} is no image archive with one image: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => work.Dispose();

    void Read(string archive)
    {
        JsonNode? index = null;
        using (var file = File.OpenRead(archive))
        using (var tar = new TarReader(file))
        {
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.Name == "index.json") index = JsonNode.Parse(entry.DataStream ?? Stream.Null);
                else if (entry.Name.StartsWith(Prefix, StringComparison.Ordinal) && entry.EntryType == TarEntryType.RegularFile) Keep(entry);
            }
        }

        var described = index?["manifests"]?.AsArray().Single() ?? throw new FormatException("it has no index.json");
        (Manifest, ManifestType) = (File.ReadAllBytes(Find(described).File), described["mediaType"]!.GetValue<string>());
        var manifest = JsonNode.Parse(Manifest)!;
        Blobs = [.. manifest["layers"]!.AsArray().Append(manifest["config"]).Select(Find).DistinctBy(blob => blob.Digest)];
    }

    void Keep(TarEntry entry)
    {
        var file = work.NewFile();
        entry.ExtractToFile(file, overwrite: false);
        blobs["sha256:" + entry.Name[Prefix.Length..]] = file;
    }

    (string Digest, string File) Find(JsonNode? described)
    {
        var digest = described?["digest"]?.GetValue<string>() ?? throw new FormatException("something in it has no digest");
        return (digest, blobs.GetValueOrDefault(digest) ?? throw new FormatException($"{digest} is not in it"));
    }
}
