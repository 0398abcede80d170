using System.Globalization;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>For people: one line a step, and below it a line of progress that rewrites itself.</summary>
sealed class TerminalObserver(TextWriter output) : IBackupObserver
{
    const string ClearLine = "\r\u001b[K";
    readonly Lock gate = new();
    bool live;

    public void Named(BackupName name) => Line($"Backup {name}");

    public void StepStarted(string step) => Live($"  {step} …");

    public void StepEnded(string step, TimeSpan duration) => Line(string.Create(CultureInfo.InvariantCulture, $"  {step}: {duration.TotalSeconds:0.0} s"));

    public void Transferred(TransferProgress progress) => Live("  " + Describe(progress));

    public void Notice(string message) => Line($"  note: {message}");

    /// <summary>For example <c>12 of 40 files, 1.0 GiB of 4.0 GiB, 25 %, 120.0 MiB/s, 00:00:25 left</c>.</summary>
    public static string Describe(TransferProgress p)
    {
        var left = p.Remaining is { } rest ? $", {rest:hh\\:mm\\:ss} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{p.FilesDone} of {p.FilesTotal} files, {ByteSize.Format(p.BytesDone)} of {ByteSize.Format(p.BytesTotal)}, {p.Percent:0} %, {ByteSize.Format(p.BytesPerSecond)}/s{left}");
    }

    void Line(string text)
    {
        lock (gate)
        {
            output.WriteLine(live ? ClearLine + text : text);
            live = false;
        }
    }

    void Live(string text)
    {
        lock (gate)
        {
            output.Write(ClearLine + text);
            output.Flush();
            live = true;
        }
    }
}
