using System.Globalization;

namespace NebulaKeep.Backup.Retention;

/// <summary>A complete backup as a policy sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Cluster">Which cluster it is of: policies are applied to each on its own.</param>
/// <param name="Created">When metad made it.</param>
/// <param name="Pinned">It is kept whatever the policy says.</param>
public sealed record RetentionItem(string Name, string Cluster, DateTimeOffset Created, bool Pinned);

/// <summary>What is to become of a backup.</summary>
/// <param name="Name">The backup.</param>
/// <param name="Keep">False: it is removed.</param>
/// <param name="Reasons">Why it is kept, or why not.</param>
public sealed record RetentionDecision(string Name, bool Keep, IReadOnlyList<string> Reasons);

/// <summary>Applies a policy: pure, so that it can be explained before anything is removed.</summary>
public static class RetentionPlanner
{
    /// <summary>One decision for each backup, newest first within each cluster.</summary>
    /// <param name="backups">Complete backups.</param>
    /// <param name="policy">What to keep.</param>
    /// <param name="zone">Where days, weeks, months and years begin.</param>
    /// <param name="force">The newest of a cluster may go, too, where no rule keeps it.</param>
    public static IReadOnlyList<RetentionDecision> Decide(IEnumerable<RetentionItem> backups, RetentionPolicy policy, TimeZoneInfo zone, bool force) =>
        [.. backups.GroupBy(b => b.Cluster, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => DecideOne(g, policy, zone, force))];

    static IEnumerable<RetentionDecision> DecideOne(IEnumerable<RetentionItem> cluster, RetentionPolicy policy, TimeZoneInfo zone, bool force)
    {
        var newestFirst = cluster.OrderByDescending(b => b.Created).ThenByDescending(b => b.Name, StringComparer.Ordinal).ToList();
        var reasons = newestFirst.ToDictionary(b => b.Name, _ => new List<string>(), StringComparer.Ordinal);
        foreach (var rule in Rules(policy, zone)) Apply(rule, newestFirst, reasons);
        foreach (var pinned in newestFirst.Where(b => b.Pinned)) reasons[pinned.Name].Add("pinned");
        if (policy.Within is { } within)
            foreach (var recent in newestFirst.Where(b => newestFirst[0].Created - b.Created <= within)) reasons[recent.Name].Add("within the time");
        if (!force && reasons[newestFirst[0].Name].Count == 0) reasons[newestFirst[0].Name].Add("newest of its cluster");
        return newestFirst.Select(b => reasons[b.Name] is { Count: > 0 } why ? new RetentionDecision(b.Name, true, why) : new RetentionDecision(b.Name, false, ["no rule keeps it"]));
    }

    static void Apply(Rule rule, List<RetentionItem> newestFirst, Dictionary<string, List<string>> reasons)
    {
        var periods = new HashSet<string>(StringComparer.Ordinal);
        foreach (var backup in newestFirst)
        {
            if (periods.Count >= rule.Count) return;
            if (periods.Add(rule.Period(backup))) reasons[backup.Name].Add(rule.Name);
        }
    }

    static IEnumerable<Rule> Rules(RetentionPolicy policy, TimeZoneInfo zone)
    {
        if (policy.Last is { } last) yield return new Rule("last", last, b => b.Name);
        if (policy.Hourly is { } hourly) yield return Timed("hourly", hourly, "yyyy-MM-dd HH zzz");
        if (policy.Daily is { } daily) yield return Timed("daily", daily, "yyyy-MM-dd");
        if (policy.Weekly is { } weekly) yield return new Rule("weekly", weekly, b => Week(Local(b)));
        if (policy.Monthly is { } monthly) yield return Timed("monthly", monthly, "yyyy-MM");
        if (policy.Yearly is { } yearly) yield return Timed("yearly", yearly, "yyyy");

        Rule Timed(string name, int count, string format) => new(name, count, b => Local(b).ToString(format, CultureInfo.InvariantCulture));
        DateTimeOffset Local(RetentionItem backup) => TimeZoneInfo.ConvertTime(backup.Created, zone);
    }

    static string Week(DateTimeOffset local) => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(local.DateTime)}-{ISOWeek.GetWeekOfYear(local.DateTime)}");

    sealed record Rule(string Name, int Count, Func<RetentionItem, string> Period);
}
