namespace NebulaKeep.ObjectStore.Sealed;

/// <summary>How the contents of a sealed root are compressed.</summary>
public enum ContentCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Zstandard, before encryption.</summary>
    Zstd,
}
