using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.DevCluster.Hosting;

/// <summary>
/// A log file in the form of NebulaGraph's: <c>I20261122 10:21:55.382016  3227 Category] text</c>, times in UTC. Lines are written
/// through at once, so that the launcher of a daemon that dies can show the last of them.
/// </summary>
public sealed class GlogFile : ILoggerProvider
{
    readonly Lock gate = new();
    readonly StreamWriter file;
    readonly TimeProvider clock;

    /// <summary>Appends to the file, which is made with its directory.</summary>
    public GlogFile(string path, TimeProvider clock)
    {
        this.clock = clock;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true };
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate) file.Dispose();
    }

    void Write(LogLevel level, string category, string text)
    {
        var letter = level switch { LogLevel.Critical => 'F', LogLevel.Error => 'E', LogLevel.Warning => 'W', _ => 'I' };
        var time = clock.GetUtcNow().ToString("yyyyMMdd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        lock (gate)
        {
            if (file.BaseStream.CanWrite) file.WriteLine($"{letter}{time} {Environment.ProcessId,5} {category}] {text}");
        }
    }

    sealed class Category(GlogFile owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Write(logLevel, name, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception}");
        }
    }
}
