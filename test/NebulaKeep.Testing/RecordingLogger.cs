using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NebulaKeep.Testing;

/// <summary>Keeps what is logged, level and text, for tests to look at. Safe for concurrent use.</summary>
/// <typeparam name="T">Category, where the code under test wants one.</typeparam>
public sealed class RecordingLogger<T> : ILogger<T>
{
    readonly ConcurrentQueue<(LogLevel Level, string Message)> entries = new();

    /// <summary>Everything so far, oldest first.</summary>
    public IReadOnlyList<(LogLevel Level, string Message)> Entries => [.. entries];

    /// <summary>Messages of one level.</summary>
    public IReadOnlyList<string> At(LogLevel level) => [.. entries.Where(entry => entry.Level == level).Select(entry => entry.Message)];

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        entries.Enqueue((logLevel, formatter(state, exception)));
}
