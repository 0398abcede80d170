namespace NebulaKeep.Nebula.Wal;

/// <summary>What a log file holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="FirstId">Id of the first entry; 0: there is none.</param>
/// <param name="FirstTerm">Term of that entry.</param>
/// <param name="LastId">Id of the last whole entry; 0: there is none.</param>
/// <param name="LastTerm">Term of that entry.</param>
/// <param name="ValidLength">Bytes up to the end of that entry.</param>
/// <param name="FileLength">Bytes of the file; more than <paramref name="ValidLength"/> where the end is broken.</param>
public sealed record WalFileInfo(string Path, long FirstId, long FirstTerm, long LastId, long LastTerm, long ValidLength, long FileLength)
{
    /// <summary>False for a file that is empty, damaged at its start or named after another entry.</summary>
    public bool IsUsable => FirstId > 0 && WalFileName.TryParse(System.IO.Path.GetFileName(Path), out var named) && named == FirstId;

    /// <summary>What a whole file holds; null where it is not usable or its end is broken.</summary>
    public LogRange? Range => IsUsable && ValidLength == FileLength ? new LogRange(FirstId, FirstTerm, LastId, LastTerm) : null;
}

/// <summary>Ids and terms of the first and last entry of a whole log file.</summary>
/// <param name="First">Id of the first entry.</param>
/// <param name="FirstTerm">Its term.</param>
/// <param name="Last">Id of the last entry; ids follow each other.</param>
/// <param name="LastTerm">Its term.</param>
public sealed record LogRange(long First, long FirstTerm, long Last, long LastTerm);
