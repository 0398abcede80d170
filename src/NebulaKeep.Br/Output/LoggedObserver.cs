using Microsoft.Extensions.Logging;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>Passes everything on and writes it to the log.</summary>
sealed partial class LoggedObserver(IBackupObserver inner, ILogger logger) : IBackupObserver
{
    public void Named(BackupName name)
    {
        LogNamed(name);
        inner.Named(name);
    }

    public void StepStarted(string step)
    {
        LogStarted(step);
        inner.StepStarted(step);
    }

    public void StepEnded(string step, TimeSpan duration)
    {
        LogEnded(step, duration.TotalSeconds);
        inner.StepEnded(step, duration);
    }

    public void Transferred(TransferProgress progress)
    {
        LogTransferred(progress);
        inner.Transferred(progress);
    }

    public void Notice(string message)
    {
        LogNotice(message);
        inner.Notice(message);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "backup {Name}")]
    partial void LogNamed(BackupName name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Step} …")]
    partial void LogStarted(string step);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Step}: done after {Seconds:0.000} s")]
    partial void LogEnded(string step, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Progress}")]
    partial void LogTransferred(TransferProgress progress);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Notice}")]
    partial void LogNotice(string notice);
}
