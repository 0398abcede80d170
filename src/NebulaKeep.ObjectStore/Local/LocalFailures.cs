namespace NebulaKeep.ObjectStore.Local;

/// <summary>Turns what the file system throws into store failures.</summary>
static class LocalFailures
{
    const int Eagain = 11, Enospc = 28, Erofs = 30, Estale = 116, Edquot = 122, Etimedout = 110;

    /// <summary>True for exceptions that the file system made, and not the caller's stream or code.</summary>
    public static bool IsFileSystem(Exception error) => error is IOException or UnauthorizedAccessException;

    public static ObjectStoreException Translate(Exception error, string doing)
    {
        var failure = Classify(error);
        return new ObjectStoreException(failure, $"{doing} failed: {error.Message}{Advice(failure)}", error);
    }

    public static StoreFailure Classify(Exception error) => error switch
    {
        UnauthorizedAccessException => StoreFailure.Forbidden,
        FileNotFoundException or DirectoryNotFoundException => StoreFailure.NotFound,
        IOException { HResult: Enospc or Edquot } => StoreFailure.Full,
        IOException { HResult: Erofs } => StoreFailure.Forbidden,
        IOException { HResult: Estale or Etimedout or Eagain } => StoreFailure.Unavailable,
        _ => StoreFailure.Other,
    };

    static string Advice(StoreFailure failure) => failure switch
    {
        StoreFailure.Forbidden => " Give this user the right to write there.",
        StoreFailure.Full => " Free space or raise the quota, then try again.",
        StoreFailure.Unavailable => " Check the mount, then try again.",
        _ => "",
    };
}
