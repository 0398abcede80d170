using NebulaKeep.Nebula.Calls;

namespace NebulaKeep.Nebula.Tests.Calls;

public sealed class RetryOptionsTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest_and_vary_by_half()
    {
        var options = new RetryOptions { FirstDelay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(5), Random = new Random(1) };

        for (var round = 0; round < 100; round++)
        {
            options.DelayAfter(1).TotalSeconds.ShouldBeInRange(0.5, 1);
            options.DelayAfter(2).TotalSeconds.ShouldBeInRange(1, 2);
            options.DelayAfter(100).TotalSeconds.ShouldBeInRange(2.5, 5);
        }
        Enumerable.Range(0, 10).Select(_ => options.DelayAfter(1)).Distinct().Count().ShouldBeGreaterThan(5);
    }
}
