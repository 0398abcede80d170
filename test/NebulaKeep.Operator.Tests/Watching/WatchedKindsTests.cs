using NebulaKeep.Operator.Resources;
using NebulaKeep.Operator.Watching;

namespace NebulaKeep.Operator.Tests.Watching;

public sealed class WatchedKindsTests
{
    [Fact]
    public void A_process_that_follows_nothing_yet_is_not_ready()
    {
        var watched = new WatchedKinds([], null);
        watched.AreSynced.ShouldBeFalse();

        watched.Of(CustomResources.Cluster);
        watched.AreSynced.ShouldBeFalse("nothing was listed");
    }
}
