using System.Text.Json.Nodes;
using NebulaKeep.Kubernetes.Objects;

namespace NebulaKeep.Kubernetes.Tests.Objects;

public sealed class ConditionTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    static readonly Condition Ready = new("Ready", true, "AllUp", "all pods are up");

    [Fact]
    public void A_new_condition_is_added_and_the_given_list_stays_as_it_is()
    {
        var before = new JsonArray(new JsonObject { ["type"] = "Other", ["status"] = "True" });
        var after = Ready.SetIn(before, 3, Start);

        before.Count.ShouldBe(1);
        after.Count.ShouldBe(2);
        Condition.IsTrue(after, "Ready").ShouldBeTrue();
        Condition.Find(after, "Ready")!["lastTransitionTime"]!.GetValue<string>().ShouldBe("2026-11-22T08:00:00Z");
    }

    [Fact]
    public void Saying_the_same_again_changes_nothing()
    {
        var once = Ready.SetIn(null, 3, Start);
        var twice = Ready.SetIn(once, 3, Start.AddHours(1));

        JsonNode.DeepEquals(once, twice).ShouldBeTrue();
    }

    [Fact]
    public void Another_message_moves_the_update_time_and_not_the_transition_time()
    {
        var once = Ready.SetIn(null, 3, Start);
        var twice = (Ready with { Message = "still up" }).SetIn(once, 3, Start.AddHours(1));
        var item = Condition.Find(twice, "Ready");

        item.Time("lastUpdateTime").ShouldBe(Start.AddHours(1));
        item.Time("lastTransitionTime").ShouldBe(Start);
    }

    [Fact]
    public void Another_status_moves_both_times_and_keeps_its_place()
    {
        var once = new Condition("B", true, "B", "").SetIn(Ready.SetIn(null, 3, Start), 3, Start);
        var twice = (Ready with { Status = null }).SetIn(once, 4, Start.AddHours(1));

        twice.Items().Select(item => item.Text("type")).ShouldBe(["Ready", "B"]);
        twice[0].Text("status").ShouldBe("Unknown");
        twice[0].Time("lastTransitionTime").ShouldBe(Start.AddHours(1));
    }
}
