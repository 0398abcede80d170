namespace NebulaKeep.Agent.Transfer;

/// <summary>An object to fetch.</summary>
/// <param name="Target">Absolute file name, already allowed by the guard.</param>
/// <param name="Size">Bytes it must have.</param>
/// <param name="Sha256">Lower-case hexadecimal digits; null where the backup has no manifest.</param>
sealed record DownloadItem(string Key, string Target, long Size, string? Sha256);
