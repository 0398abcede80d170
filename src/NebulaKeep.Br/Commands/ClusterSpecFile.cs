using System.Text.Json;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Commands;

/// <summary>The NebulaCluster's spec that an operator gives for the manifest: a file that <c>NEBULAKEEP_CLUSTER_SPEC_FILE</c> names.</summary>
static class ClusterSpecFile
{
    const string Variable = "NEBULAKEEP_CLUSTER_SPEC_FILE";
    const int MostBytes = 256 << 10;

    /// <summary>Null where none is named.</summary>
    /// <exception cref="NebulaKeepException">The file cannot be read, or holds no JSON object. Nothing has been asked of the cluster yet.</exception>
    public static JsonElement? Read(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } path) return null;
        try
        {
            var bytes = new byte[MostBytes + 1];
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MostBytes) throw new NebulaKeepException($"{Variable}: '{path}' is longer than {MostBytes} bytes.");
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new NebulaKeepException($"{Variable}: '{path}' holds no JSON object.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new NebulaKeepException($"{Variable}: '{path}' cannot be read: {e.Message}", e);
        }
    }
}
