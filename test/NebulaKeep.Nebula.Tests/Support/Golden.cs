using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace NebulaKeep.Nebula.Tests.Support;

/// <summary>Finds the recorded bytes.</summary>
static class GoldenFiles
{
    static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Golden");

    internal static IEnumerable<string> Find(string folder, string pattern) =>
        Directory.GetFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories).Select(path =>
            Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    internal static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    internal static JsonNode Json(string path) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, path)))!;

    /// <summary>The frame without its length, which is checked.</summary>
    internal static ReadOnlyMemory<byte> Frame(string path)
    {
        var bytes = Bytes(path);
        BinaryPrimitives.ReadInt32BigEndian(bytes).ShouldBe(bytes.Length - 4, path);
        return bytes.AsMemory(4);
    }
}
