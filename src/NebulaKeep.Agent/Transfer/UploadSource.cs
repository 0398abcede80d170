using NebulaKeep.Agent.Guard;
using NebulaKeep.Agent.Files;
using NebulaKeep.Rpc;
using NebulaKeep.ObjectStore;

namespace NebulaKeep.Agent.Transfer;

/// <summary>A file to send and where it goes.</summary>
/// <param name="Known">What the caller knows of its content; null: nothing.</param>
sealed record UploadItem(string Key, ListedFile File, KnownFile? Known = null);

/// <summary>A directory to send.</summary>
/// <param name="Directory">Absolute, already allowed by the guard.</param>
/// <param name="KeyPrefix">Of its files' keys.</param>
/// <param name="Only">Where not empty, only these.</param>
/// <param name="Known">What the caller knows, by relative path.</param>
sealed record UploadSource(string Directory, string KeyPrefix, IReadOnlyCollection<string> Only, IReadOnlyDictionary<string, KnownFile> Known)
{
    /// <summary>The files, with valid keys.</summary>
    /// <exception cref="AgentFailureException">The directory or a named file does not exist, or a name is no valid key.</exception>
    public IEnumerable<UploadItem> Items(DirectoryGuard guard) =>
        (Only.Count == 0 ? FileLister.List(guard, Directory) : Only.Select(path => Named(guard, path)))
        .Select(file => new UploadItem(Key(file.Path), file, Known.GetValueOrDefault(file.Path)));

    ListedFile Named(DirectoryGuard guard, string path)
    {
        var full = guard.Data(PathRules.Below(Directory, path));
        using var held = guard.Hold(full);
        return held?.Stat() is { Kind: FileKind.File } stat
            ? new ListedFile(Directory, path, stat)
            : throw new AgentFailureException(GrpcStatusCode.NotFound, $"the file {full} does not exist");
    }

    string Key(string path)
    {
        var key = KeyPrefix.Length == 0 ? path : $"{KeyPrefix}/{path}";
        try
        {
            ObjectKey.Validate(key);
            return key;
        }
        catch (ArgumentException e)
        {
            throw new AgentFailureException(GrpcStatusCode.InvalidArgument, $"{Directory}/{path} cannot be stored: {e.Message}", e);
        }
    }
}
