using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NebulaKeep.Operator.Metrics;

/// <summary>
/// Adds up the measurements of one meter and writes them in Prometheus' text format 0.0.4. Counters end in <c>_total</c>; an instrument's
/// unit is part of its name already. Make it before anything is measured: earlier measurements are lost.
/// </summary>
sealed class MetricsCollector : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    readonly Lock gate = new();
    readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    readonly MeterListener listener = new();

    public MetricsCollector(Meter meter)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(Record);
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Record(instrument, value, tags, state));
        listener.Start();
    }

    /// <summary>All families as text; observable instruments are asked now.</summary>
    public string Write()
    {
        lock (gate)
        {
            foreach (var family in families.Values) family.StartObservation();
        }
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var family in families.Values) family.WriteTo(text);
        }
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!families.TryGetValue(instrument.Name, out var family)) families.Add(instrument.Name, family = MetricFamily.Of(instrument));
            family.Record(labels, value);
        }
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(key).Append("=\"").Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }
        return text.ToString();
    }

    static string Escape(string value) => value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
