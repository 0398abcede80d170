namespace NebulaKeep.Kubernetes.Configuration;

/// <summary>Reads configuration files, which are small: anything larger is a mistake and is not read into memory.</summary>
static class SmallFile
{
    const int MaxBytes = 4 << 20;

    public static async Task<string> ReadTextAsync(string path, CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new KubeConfigException($"{path} is larger than {MaxBytes} bytes");
            return await File.ReadAllTextAsync(path, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"Cannot read {path}: {error.Message}", error);
        }
    }
}
