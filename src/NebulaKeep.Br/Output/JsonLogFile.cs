using System.Text.Json;
using Microsoft.Extensions.Logging;
using NebulaKeep.Core;

namespace NebulaKeep.Br.Output;

/// <summary>Appends log lines to a file, one JSON document each.</summary>
sealed class JsonLogFile : ILoggerProvider
{
    readonly Lock gate = new();
    readonly StreamWriter file;
    readonly TimeProvider clock;

    JsonLogFile(StreamWriter file, TimeProvider clock) => (this.file, this.clock) = (file, clock);

    /// <exception cref="NebulaKeepException">The file cannot be written.</exception>
    public static JsonLogFile Open(string path, TimeProvider clock)
    {
        try
        {
            return new JsonLogFile(new StreamWriter(path, append: true) { AutoFlush = true }, clock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NebulaKeepException($"The log file '{path}' cannot be written: {e.Message}", e);
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() => file.Dispose();

    void Write(LogLevel level, string category, string message, Exception? exception)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow());
            json.WriteString("level", level.ToString());
            json.WriteString("source", category);
            json.WriteString("msg", message);
            if (exception is not null) json.WriteString("error", exception.ToString());
            json.WriteEndObject();
        }

        lock (gate) file.WriteLine(System.Text.Encoding.UTF8.GetString(line.ToArray()));
    }

    sealed class Logger(JsonLogFile file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            file.Write(logLevel, category, formatter(state, exception), exception);
    }
}
