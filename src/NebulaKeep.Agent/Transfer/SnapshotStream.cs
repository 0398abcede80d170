using NebulaKeep.Agent.Files;
using NebulaKeep.Agent.Guard;
using NebulaKeep.Rpc;

namespace NebulaKeep.Agent.Transfer;

/// <summary>
/// Reads a file up to the size it had when it was opened: a WAL that is being appended to is a whole file at any moment, and
/// its later bytes belong to the next backup. A file that got shorter is an error that names it, never a short object.
/// </summary>
sealed class SnapshotStream : Stream
{
    const int BufferSize = 0; // the store reads in large pieces
    readonly FileStream file;
    readonly string path;
    readonly Action<int> passed;
    long position;

    SnapshotStream(FileStream file, string path, FileStat stat, Action<int> passed)
    {
        (this.file, this.path, this.passed) = (file, path, passed);
        Stat = stat;
    }

    /// <summary>What the file was when it was opened.</summary>
    public FileStat Stat { get; }

    /// <inheritdoc/>
    public override long Length => Stat.Size;

    /// <inheritdoc/>
    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <param name="path">Any path that the guard allows.</param>
    /// <param name="passed">Told of every piece that was read.</param>
    /// <exception cref="AgentFailureException">The file is gone, is no plain file, or is reached through a link.</exception>
    public static SnapshotStream Open(DirectoryGuard guard, string path, Action<int> passed)
    {
        var handle = OpenHandle(guard, path);
        try
        {
            var stat = Posix.Stat(handle, path);
            if (stat.Kind != FileKind.File) throw new AgentFailureException(GrpcStatusCode.FailedPrecondition, $"{path} is no plain file");
            return new SnapshotStream(new FileStream(handle, FileAccess.Read, BufferSize, isAsync: false), path, stat, passed);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file for reading, through no link.</summary>
    /// <exception cref="AgentFailureException">The file is gone, or is reached through a link.</exception>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle OpenHandle(DirectoryGuard guard, string path)
    {
        using var held = guard.Hold(path);
        if (held?.Stat() is { Kind: FileKind.Link }) throw new AgentFailureException(GrpcStatusCode.PermissionDenied, $"'{path}' is a symbolic link");
        return held?.Use(Posix.OpenRead) ?? throw new AgentFailureException(GrpcStatusCode.NotFound, $"the file {path} vanished before it could be read");
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, Length - position);
        if (wanted == 0) return 0;
        var got = await file.ReadAsync(buffer[..wanted], cancellationToken);
        if (got == 0) throw new AgentFailureException(GrpcStatusCode.DataLoss, $"the file {path} became shorter while it was read: {position} of {Length} bytes are left");
        position += got;
        passed(got);
        return got;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
