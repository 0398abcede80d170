using System.Runtime.CompilerServices;
using Google.Protobuf;
using NebulaKeep.Core;
using NebulaKeep.Core.Checksums;
using NebulaKeep.Nebula.Wal;
using NebulaKeep.ObjectStore;
using NebulaKeep.ObjectStore.Sealed;
using NebulaKeep.Rpc.Agent;
using NebulaKeep.Rpc.AgentV1;

namespace NebulaKeep.Backup.Tests.Fakes;

/// <summary>The agent of one fake host: moves bytes between the host's disk and the store, and keeps journals.</summary>
sealed class FakeAgent(FakeCluster cluster, FakeHost host) : IAgentClient
{
    public HostAddress Address => host.Agent;

    public Task<DescribeResponse> DescribeAsync(CancellationToken cancellationToken) => CallAsync("describe", cancellationToken, () => new DescribeResponse
    {
        Host = host.Name,
        Port = 8888,
        UnixMillis = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Services = { host.Roles.Select(r => new Service { Role = r, Host = host.Name, Port = 1, Root = host.Root, Data = { r == Role.Storage ? host.DataPaths : r == Role.Meta ? [host.MetaPath] : [] } }) },
        AllowedDirectories = { host.Root },
    });

    public async IAsyncEnumerable<InventoryFile> InventoryAsync(IEnumerable<string> directories, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = await CallAsync("inventory", cancellationToken, () => directories.SelectMany(Files).ToList());
        foreach (var file in files) yield return file;
    }

    public async IAsyncEnumerable<InventoryFile> ReadLogsAsync(IEnumerable<string> directories, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var file in InventoryAsync(directories, cancellationToken))
        {
            file.Log = Log(file.Path, host.Disk[$"{file.Directory}/{file.Path}"]!);
            yield return file;
        }
    }

    public Task<FreeSpaceResponse> FreeSpaceAsync(IEnumerable<string> paths, CancellationToken cancellationToken) => CallAsync("freeSpace", cancellationToken, () => new FreeSpaceResponse
    {
        Volumes = { paths.Select(p => new FreeSpaceResponse.Types.Volume { Path = p, Device = 1, FreeBytes = cluster.FreeBytes, TotalBytes = 1 << 30 }) },
    });

    public async IAsyncEnumerable<UploadEvent> UploadAsync(UploadRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sum = new Summary();
        foreach (var source in request.Sources)
        {
            var files = await CallAsync($"upload {source.Directory}", cancellationToken, () => source.Only.Select(path => (Path: path, File: Read(source.Directory, path))).ToList());
            foreach (var (path, file) in files)
            {
                var result = Keep(request, source, path, file) ?? await SendAsync(Open(request.Store), source, path, file, cancellationToken);
                (sum.Files, sum.Bytes) = (sum.Files + 1, sum.Bytes + result.Size);
                yield return new UploadEvent { File = cluster.Tamper(result) };
                yield return new UploadEvent { Progress = new Rpc.AgentV1.Progress { FilesDone = sum.Files, FilesTotal = files.Count, BytesDone = sum.Bytes, BytesTotal = sum.Bytes } };
            }
        }

        yield return new UploadEvent { Summary = sum };
    }

    public async IAsyncEnumerable<DownloadEvent> DownloadAsync(DownloadRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sum = new Summary();
        foreach (var item in request.Items)
        {
            await CallAsync($"download {item.Key}", cancellationToken, () => true);
            await using var content = await Open(request.Store).OpenReadAsync(item.Key, null, cancellationToken);
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            var digest = Digest(bytes.ToArray());
            if (digest.Size != item.Size || (!item.Sha256.IsEmpty && digest.Sha256 != Convert.ToHexStringLower(item.Sha256.Span)))
                throw new AgentException(host.Agent, AgentFailure.Corrupt, $"{item.Key} differs from its digest", isTransient: false);
            host.Disk.Write(item.Target, bytes.ToArray());
            (sum.Files, sum.Bytes) = (sum.Files + 1, sum.Bytes + item.Size);
        }

        yield return new DownloadEvent { Summary = sum };
    }

    public Task<DaemonState> StartDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken) => CallAsync($"start {role}", cancellationToken, () =>
    {
        if (!host.Has(role)) throw new AgentException(host.Agent, AgentFailure.NotFound, $"no {role}", isTransient: false);
        // A metad that starts on an empty directory makes a cluster of its own, a storaged gets an id from it (observed).
        if (role == Role.Meta && host.Disk.Below($"{host.MetaPath}/nebula").Count == 0) host.Disk.Write($"{host.MetaPath}/nebula/0/data/db", "fresh");
        if (role == Role.Storage && host.Disk[$"{host.Root}/cluster.id"] is null) host.Disk.Write($"{host.Root}/cluster.id", "new id");
        host.Running.Add(role);
        return new DaemonState { State = DaemonState.Types.State.Running, Pid = 1 };
    });

    public Task<DaemonState> StopDaemonAsync(Role role, string root, TimeSpan timeout, CancellationToken cancellationToken) => CallAsync($"stop {role}", cancellationToken, () =>
    {
        host.Running.Remove(role);
        return new DaemonState { State = DaemonState.Types.State.Exited };
    });

    public Task<DaemonState> GetDaemonAsync(Role role, string root, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SetAsideResponse> SetAsideAsync(string journalId, string root, IEnumerable<string> paths, CancellationToken cancellationToken) => CallAsync($"setAside {journalId}", cancellationToken, () =>
    {
        if (host.Running.Count > 0 && !journalId.EndsWith("-committed", StringComparison.Ordinal)) throw new AgentException(host.Agent, AgentFailure.NotNow, "daemons run", isTransient: false);
        var journal = host.Journals.TryGetValue(journalId, out var known) ? known : host.Journals[journalId] = [];
        foreach (var path in paths.Where(p => !journal.Exists(m => m.From == p)))
        {
            var aside = $"{path}_aside_{journalId}";
            journal.Add(new Move { From = path, To = host.Disk.Move(path, aside) ? aside : "" });
        }

        return new SetAsideResponse { Moves = { journal } };
    });

    public Task<JournalResponse> PutBackAsync(string journalId, string root, CancellationToken cancellationToken) => EndAsync($"putBack {journalId}", journalId, cancellationToken, move =>
    {
        host.Disk.Remove(move.From);
        if (move.To.Length > 0) host.Disk.Move(move.To, move.From);
    });

    public Task<JournalResponse> DiscardAsync(string journalId, string root, CancellationToken cancellationToken) => EndAsync($"discard {journalId}", journalId, cancellationToken, move =>
    {
        if (move.To.Length > 0) host.Disk.Remove(move.To);
    });

    public Task<ListJournalsResponse> ListJournalsAsync(IEnumerable<string> roots, CancellationToken cancellationToken) => CallAsync("listJournals", cancellationToken, () => new ListJournalsResponse
    {
        Journals = { host.Journals.Select(j => new ListJournalsResponse.Types.Journal { JournalId = j.Key, Root = host.Root, Moves = { j.Value } }) },
    });

    public Task<RemoveCheckpointsResponse> RemoveCheckpointsAsync(BackupName name, CancellationToken cancellationToken) => CallAsync("removeCheckpoints", cancellationToken, () =>
    {
        RemoveCheckpoints(host, name.Value);
        return new RemoveCheckpointsResponse();
    });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static void RemoveCheckpoints(FakeHost host, string name)
    {
        foreach (var file in host.Disk.Below(host.Root).Where(f => f.Key.Contains($"/checkpoints/{name}/"))) host.Disk.Remove(file.Key);
    }

    Task<JournalResponse> EndAsync(string call, string journalId, CancellationToken cancellationToken, Action<Move> undo) => CallAsync(call, cancellationToken, () =>
    {
        if (!host.Journals.Remove(journalId, out var moves)) return new JournalResponse();
        foreach (var move in moves) undo(move);
        return new JournalResponse { Moves = { moves } };
    });

    /// <summary>The cluster's store, through the seal that the request has for it.</summary>
    IObjectStore Open(Store store) => store.Seal is not { } seal ? cluster.Store : SealedStore.Wrap(cluster.Store, new Seal(
        seal.Compression == Store.Types.Seal.Types.Compression.Zstd ? ContentCompression.Zstd : ContentCompression.None,
        seal.RootKey.IsEmpty ? null : new SealEncryption(new Secret(seal.RootKey.ToBase64()), seal.ChunkBytes)));

    FakeFile Read(string directory, string path) =>
        host.Disk.File($"{directory}/{path}") ?? throw new AgentException(host.Agent, AgentFailure.NotFound, $"the file {directory}/{path} does not exist", isTransient: false);

    /// <summary>As the real agent decides (docs/formats/backup.md); counts what it had to read for it.</summary>
    FileResult? Keep(UploadRequest request, UploadRequest.Types.Source source, string path, FakeFile file)
    {
        if (source.Known.SingleOrDefault(k => k.Path == path) is not { } known || known.Size != file.Content.Length) return null;
        if (!request.AlwaysHash && known.Inode != 0 && (known.Inode, known.MtimeNanos) == (file.Inode, file.MtimeNanos)) return Kept(source, path, file, known.Sha256[0]);
        cluster.Hashed.Add($"{source.Directory}/{path}");
        var sha = ByteString.CopyFrom(Convert.FromHexString(Digest(file.Content).Sha256));
        return known.Sha256.Contains(sha) ? Kept(source, path, file, sha) : null;
    }

    static FileResult Kept(UploadRequest.Types.Source source, string path, FakeFile file, ByteString sha) => new()
    {
        Key = $"{source.KeyPrefix}/{path}",
        Directory = source.Directory,
        Path = path,
        Size = file.Content.Length,
        Sha256 = sha,
        Inode = file.Inode,
        MtimeNanos = file.MtimeNanos,
        Kept = true,
    };

    async Task<FileResult> SendAsync(IObjectStore store, UploadRequest.Types.Source source, string path, FakeFile file, CancellationToken cancellationToken)
    {
        var key = $"{source.KeyPrefix}/{path}";
        var stored = await store.PutAsync(key, new MemoryStream(file.Content), PutCondition.Overwrite, cancellationToken);
        cluster.Sent.Add(key);
        var digest = Digest(file.Content);
        return new FileResult
        {
            Key = key,
            Directory = source.Directory,
            Path = path,
            Size = digest.Size,
            Sha256 = ByteString.CopyFrom(Convert.FromHexString(digest.Sha256)),
            Crc32C = digest.Crc32C,
            Inode = file.Inode,
            MtimeNanos = file.MtimeNanos,
            Etag = stored.ETag ?? "",
            Log = Log(path, file.Content),
        };
    }

    IEnumerable<InventoryFile> Files(string directory)
    {
        var files = host.Disk.Below(directory);
        if (files.Count == 0) throw new AgentException(host.Agent, AgentFailure.NotFound, $"{directory} does not exist", isTransient: false);
        return files.Select(f => new InventoryFile { Directory = directory, Path = f.Key[(directory.Length + 1)..], Size = f.Value.Length, Inode = host.Disk.File(f.Key)!.Inode, MtimeNanos = host.Disk.File(f.Key)!.MtimeNanos });
    }

    Task<T> CallAsync<T>(string call, CancellationToken cancellationToken, Func<T> effect) => cluster.Gate.PassAsync($"{host.Name} {call}", cancellationToken, () =>
        host.AgentDead ? throw new AgentException(host.Agent, AgentFailure.Unreachable, $"agent {host.Agent} is away", isTransient: true) : effect());

    static Rpc.AgentV1.LogRange? Log(string path, byte[] content)
    {
        if (!path.EndsWith(".wal", StringComparison.Ordinal) || WalFileReader.Scan(new MemoryStream(content), path).Range is not { } range) return null;
        return new Rpc.AgentV1.LogRange { First = range.First, FirstTerm = range.FirstTerm, Last = range.Last, LastTerm = range.LastTerm };
    }

    static FileDigest Digest(byte[] bytes)
    {
        using var hasher = new ContentHasher();
        hasher.Append(bytes);
        return hasher.Current;
    }
}
