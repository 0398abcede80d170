using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using NebulaKeep.Operator.Clusters;
using NebulaKeep.Operator.Clusters.Desired;

namespace NebulaKeep.Operator.Tests.Clusters;

public sealed class FlagFileTests
{
    static readonly string[] Names = ["port", "wal_ttl", "v", "log_dir", "rocksdb_db_options", "new_flag", "zz", "enable_ssl"];

    /// <summary>Read back as gflags reads it, the file has the user's flags and all others as they were.</summary>
    [Fact]
    public void The_file_says_what_the_user_says_and_keeps_the_rest()
    {
        var flags = Gen.Elements(Names).Zip(Gen.Elements("1", "a=b", "", "x y", "{\"a\":\"1\"}", "--v=9", "#")).ArrayOf(4)
            .Select(pairs => pairs.GroupBy(pair => pair.Item1).ToDictionary(pair => pair.Key, pair => pair.Last().Item2));
        var standard = Parse(new Dictionary<string, string>());

        Prop.ForAll(flags.ToArbitrary(), wanted =>
        {
            var read = Parse(wanted);
            return wanted.All(flag => read[flag.Key] == flag.Value) && standard.Keys.Except(wanted.Keys).All(name => read[name] == standard[name]) && read.Count == standard.Keys.Union(wanted.Keys).Count();
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void C14_Flags_that_upstream_sends_to_running_daemons_are_in_the_file_and_restart_the_pods()
    {
        var (before, after) = (ClusterCase.Of(), ClusterCase.Of("spec: {storaged: {config: {wal_ttl: \"7200\", v: \"3\"}}}"));
        var (old, changed) = (FlagFile.Render(before, before.Storaged), FlagFile.Render(after, after.Storaged));

        changed.ShouldContain("\n--wal_ttl=7200\n");
        FlagFile.Hash(changed).ShouldNotBe(FlagFile.Hash(old));
        PodTemplate.Of(after, after.Storaged, changed, null)["spec"]!["containers"]!.AsArray().ShouldAllBe(container => container!["lifecycle"] == null, "nothing is sent after the start");
    }

    static Dictionary<string, string> Parse(Dictionary<string, string> wanted)
    {
        var config = new JsonObject(wanted.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        var cluster = ClusterCase.Of(new JsonObject { ["spec"] = new JsonObject { ["storaged"] = new JsonObject { ["config"] = config } } });
        return FlagFile.Render(cluster, cluster.Storaged).Split('\n').Where(line => line.StartsWith("--", StringComparison.Ordinal))
            .ToDictionary(line => line[2..line.IndexOf('=')], line => line[(line.IndexOf('=') + 1)..], StringComparer.Ordinal);
    }
}
