namespace NebulaKeep.Testing.Stores;

/// <summary>The kinds of calls on a store.</summary>
public enum StoreCall
{
    /// <summary><c>PutAsync</c></summary>
    Put,

    /// <summary><c>OpenReadAsync</c></summary>
    Read,

    /// <summary><c>StatAsync</c></summary>
    Stat,

    /// <summary><c>ListAsync</c></summary>
    List,

    /// <summary><c>ListFoldersAsync</c></summary>
    ListFolders,

    /// <summary><c>DeleteAsync</c></summary>
    Delete,
}
