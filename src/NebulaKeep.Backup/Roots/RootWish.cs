using NebulaKeep.ObjectStore.Sealed;

namespace NebulaKeep.Backup.Roots;

/// <summary>How a backup is asked to keep what it stores.</summary>
/// <param name="Compression">Null: as the root is.</param>
/// <param name="Encrypt">False: as the root is.</param>
public sealed record RootWish(ContentCompression? Compression = null, bool Encrypt = false)
{
    /// <summary>As the root is; a new one plain.</summary>
    public static RootWish AsItIs { get; } = new();

    /// <summary>A new root would have to be sealed.</summary>
    public bool Seals => Encrypt || Compression is not (null or ContentCompression.None);
}
