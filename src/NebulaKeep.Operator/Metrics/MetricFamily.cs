using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace NebulaKeep.Operator.Metrics;

/// <summary>All series of one instrument. Not safe for concurrent use.</summary>
abstract class MetricFamily(Instrument instrument, string type, string suffix)
{
    // A label that takes ever new values would eat all memory; no label here is meant to.
    const int MostSeries = 10_000;

    public static MetricFamily Of(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        if (kind == typeof(Histogram<>)) return new HistogramFamily(instrument);
        return kind == typeof(Counter<>) ? new SumFamily(instrument, "counter", "_total", isObserved: false)
            : kind == typeof(ObservableCounter<>) ? new SumFamily(instrument, "counter", "_total", isObserved: true)
            : new SumFamily(instrument, "gauge", "", isObserved: instrument.IsObservable);
    }

    protected string Name { get; } = instrument.Name + suffix;

    public abstract void StartObservation();

    public abstract void Record(string labels, double value);

    public void WriteTo(StringBuilder text)
    {
        if (instrument.Description is { } description) text.Append($"# HELP {Name} {description}\n");
        text.Append($"# TYPE {Name} {type}\n");
        WriteSeries(text);
    }

    protected abstract void WriteSeries(StringBuilder text);

    protected static bool MayAdd(int count) => count < MostSeries;

    protected static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    protected static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Adds up what is counted; takes over what is observed.</summary>
    sealed class SumFamily(Instrument instrument, string type, string suffix, bool isObserved) : MetricFamily(instrument, type, suffix)
    {
        readonly SortedDictionary<string, double> series = new(StringComparer.Ordinal);

        public override void StartObservation()
        {
            if (isObserved) series.Clear();
        }

        public override void Record(string labels, double value)
        {
            if (series.ContainsKey(labels) || MayAdd(series.Count)) series[labels] = (isObserved ? 0 : series.GetValueOrDefault(labels)) + value;
        }

        protected override void WriteSeries(StringBuilder text)
        {
            foreach (var (labels, value) in series) Line(text, Name, labels, value);
        }
    }

    /// <summary>Counts values by upper bounds in seconds, from 5 ms to a minute.</summary>
    sealed class HistogramFamily(Instrument instrument) : MetricFamily(instrument, "histogram", "")
    {
        static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, double.PositiveInfinity];
        readonly SortedDictionary<string, (long[] Counts, double Sum)> series = new(StringComparer.Ordinal);

        public override void StartObservation()
        {
        }

        public override void Record(string labels, double value)
        {
            if (!series.TryGetValue(labels, out var one))
            {
                if (!MayAdd(series.Count)) return;
                one = (new long[Bounds.Length], 0);
            }
            one.Counts[Array.FindIndex(Bounds, bound => value <= bound)]++;
            series[labels] = (one.Counts, one.Sum + value);
        }

        protected override void WriteSeries(StringBuilder text)
        {
            foreach (var (labels, (counts, sum)) in series)
            {
                var (seen, comma) = (0L, labels.Length > 0 ? "," : "");
                for (var index = 0; index < counts.Length; index++) Line(text, Name + "_bucket", $"{labels}{comma}le=\"{Number(Bounds[index])}\"", seen += counts[index]);
                Line(text, Name + "_sum", labels, sum);
                Line(text, Name + "_count", labels, seen);
            }
        }
    }
}
