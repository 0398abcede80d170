using System.Diagnostics.Metrics;
using NebulaKeep.Operator.Metrics;

namespace NebulaKeep.Operator.Tests.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    readonly Meter meter = new("test");
    readonly MetricsCollector collector;

    public MetricsCollectorTests() => collector = new MetricsCollector(meter);

    public void Dispose()
    {
        collector.Dispose();
        meter.Dispose();
    }

    [Fact]
    public void A_counter_adds_up_by_its_labels()
    {
        var counter = meter.CreateCounter<long>("jobs", description: "Jobs made.");

        counter.Add(1, new KeyValuePair<string, object?>("kind", "full"));
        counter.Add(2, new KeyValuePair<string, object?>("kind", "full"));
        counter.Add(5, new KeyValuePair<string, object?>("kind", "incr"));

        collector.Write().ShouldBe("""
            # HELP jobs_total Jobs made.
            # TYPE jobs_total counter
            jobs_total{kind="full"} 3
            jobs_total{kind="incr"} 5

            """);
    }

    [Fact]
    public void A_gauge_is_asked_at_each_look_and_forgets_what_is_gone()
    {
        List<Measurement<int>> now = [new(3, new KeyValuePair<string, object?>("q", "a"))];
        meter.CreateObservableGauge("depth", () => now);

        collector.Write().ShouldContain("depth{q=\"a\"} 3\n");
        now = [new(1, new KeyValuePair<string, object?>("q", "b"))];

        collector.Write().ShouldBe("# TYPE depth gauge\ndepth{q=\"b\"} 1\n");
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound()
    {
        var histogram = meter.CreateHistogram<double>("seconds");

        histogram.Record(0.02);
        histogram.Record(0.2);
        histogram.Record(100);

        var lines = collector.Write().Split('\n');
        lines.ShouldContain("seconds_bucket{le=\"0.025\"} 1");
        lines.ShouldContain("seconds_bucket{le=\"0.25\"} 2");
        lines.ShouldContain("seconds_bucket{le=\"60\"} 2");
        lines.ShouldContain("seconds_bucket{le=\"+Inf\"} 3");
        lines.ShouldContain("seconds_sum 100.22");
        lines.ShouldContain("seconds_count 3");
    }

    [Fact]
    public void Labels_cannot_break_out_of_their_quotes()
    {
        meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("v", "a\"b\\c\nd"));

        collector.Write().ShouldContain(@"c_total{v=""a\""b\\c\nd""} 1");
    }

    [Fact]
    public void A_label_with_ever_new_values_does_not_grow_for_ever()
    {
        var counter = meter.CreateCounter<long>("c");

        for (var value = 0; value < 20_000; value++) counter.Add(1, new KeyValuePair<string, object?>("v", value));

        collector.Write().Split('\n').Length.ShouldBeLessThan(10_010);
    }

    [Fact]
    public void Another_meter_is_not_heard()
    {
        using var other = new Meter("test");

        other.CreateCounter<long>("c").Add(1);

        collector.Write().ShouldBeEmpty();
    }
}
