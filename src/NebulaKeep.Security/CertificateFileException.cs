using NebulaKeep.Core;

namespace NebulaKeep.Security;

/// <summary>A certificate, key or password file cannot be used. The message names the file and what to do; it holds nothing of a key.</summary>
public sealed class CertificateFileException : NebulaKeepException
{
    /// <summary>Makes the failure.</summary>
    public CertificateFileException(CertificateFileProblem problem, string path, string message, Exception? inner = null)
        : base($"{path}: {message}", inner) => (Problem, Path) = (problem, path);

    /// <summary>What is wrong.</summary>
    public CertificateFileProblem Problem { get; }

    /// <summary>The file.</summary>
    public string Path { get; }
}
