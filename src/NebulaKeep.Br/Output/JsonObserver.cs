using System.Text.Json;
using NebulaKeep.Backup.Progress;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>For programs: one JSON document a line. Progress at most once a second.</summary>
sealed class JsonObserver(TextWriter output, TimeProvider clock) : IBackupObserver
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    readonly Lock gate = new();
    long lastProgress = long.MinValue;

    public void Named(BackupName name) => Write("named", json => json.WriteString("name", name.Value));

    public void StepStarted(string step) => Write("stepStarted", json => json.WriteString("step", step));

    public void StepEnded(string step, TimeSpan duration) => Write("stepEnded", json =>
    {
        json.WriteString("step", step);
        json.WriteNumber("seconds", Math.Round(duration.TotalSeconds, 3));
    });

    public void Transferred(TransferProgress progress)
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            if (lastProgress != long.MinValue && clock.GetElapsedTime(lastProgress, now) < Interval && progress.BytesDone < progress.BytesTotal) return;
            lastProgress = now;
        }

        Write("progress", json =>
        {
            json.WriteNumber("filesDone", progress.FilesDone);
            json.WriteNumber("filesTotal", progress.FilesTotal);
            json.WriteNumber("bytesDone", progress.BytesDone);
            json.WriteNumber("bytesTotal", progress.BytesTotal);
            json.WriteNumber("bytesPerSecond", Math.Round(progress.BytesPerSecond));
            json.WriteNumber("percent", Math.Round(progress.Percent, 1));
            if (progress.Remaining is { } rest) json.WriteNumber("secondsLeft", Math.Round(rest.TotalSeconds));
        });
    }

    public void Notice(string message) => Write("notice", json => json.WriteString("message", message));

    void Write(string happened, Action<Utf8JsonWriter> fields)
    {
        var line = JsonLine.Of(json =>
        {
            json.WriteString("time", clock.GetUtcNow());
            json.WriteString("event", happened);
            fields(json);
        });
        lock (gate) output.WriteLine(line);
    }
}
