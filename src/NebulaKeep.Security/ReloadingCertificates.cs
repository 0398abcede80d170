using Microsoft.Extensions.Logging;
using NebulaKeep.Security.Pem;

namespace NebulaKeep.Security;

/// <summary>
/// The newest usable set of a side's files. Files are looked at on use, at most once a second, by content: plain rewrites,
/// renames and the symlink swap of Kubernetes volumes all count. A set that is broken, or whose key and certificate do not
/// fit (yet), keeps the old one and is logged once. Safe for concurrent use.
/// </summary>
public sealed partial class ReloadingCertificates
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    readonly Lock gate = new();
    readonly TlsFiles files;
    readonly TimeProvider clock;
    readonly ILogger logger;
    volatile CertificateSet current;
    byte[] digest;
    long checkedAt;
    string? lastProblem;

    ReloadingCertificates(TlsFiles files, TimeProvider clock, ILogger logger)
    {
        (this.files, this.clock, this.logger) = (files, clock, logger);
        var contents = TlsFileContents.Read(files);
        (current, digest, checkedAt) = (PemReader.Read(contents), contents.Digest(), clock.GetTimestamp());
        if (current.ProblemAt(clock.GetUtcNow()) is { } problem) LogNotUsable(problem.Message);
    }

    /// <summary>The set to use for a new connection.</summary>
    public CertificateSet Current
    {
        get
        {
            if (!gate.TryEnter()) return current;
            try
            {
                if (clock.GetElapsedTime(checkedAt) >= Interval) Check();
                return current;
            }
            finally
            {
                gate.Exit();
            }
        }
    }

    /// <summary>Reads the files for the first time. An expired certificate is warned of, not refused: its renewal is picked up.</summary>
    /// <exception cref="CertificateFileException">The files cannot be used.</exception>
    public static ReloadingCertificates Open(TlsFiles files, TimeProvider clock, ILogger logger) => new(files, clock, logger);

    void Check()
    {
        checkedAt = clock.GetTimestamp();
        try
        {
            var contents = TlsFileContents.Read(files);
            var seen = contents.Digest();
            if (!seen.AsSpan().SequenceEqual(digest)) Replace(PemReader.Read(contents), seen);
            lastProblem = null;
        }
        catch (CertificateFileException e)
        {
            if (e.Message != lastProblem) LogKeptOld(e.Message);
            lastProblem = e.Message;
        }
    }

    void Replace(CertificateSet next, byte[] seen)
    {
        var now = clock.GetUtcNow();
        if (current.ProblemAt(now) is null && next.ProblemAt(now) is { } worse) throw worse;
        (current, digest) = (next, seen);
        LogReloaded(files.CertPath ?? files.CaPath, next);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Own certificate is not usable now: {Problem}")]
    partial void LogNotUsable(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "New certificate files cannot be used, the old ones stay in use: {Problem}")]
    partial void LogKeptOld(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Certificates reloaded from {Path}: {Set}")]
    partial void LogReloaded(string path, CertificateSet set);
}
