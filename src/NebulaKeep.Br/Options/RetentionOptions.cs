using System.CommandLine;
using NebulaKeep.Backup.Retention;

namespace NebulaKeep.Br.Options;

/// <summary>Flags that say which backups to keep.</summary>
sealed class RetentionOptions
{
    readonly Option<int?> last = Count("--keep-last", "the newest so many");
    readonly Option<int?> hourly = Count("--keep-hourly", "the newest of each of the last so many hours in which there are backups");
    readonly Option<int?> daily = Count("--keep-daily", "the same for days");
    readonly Option<int?> weekly = Count("--keep-weekly", "the same for weeks, from Monday on");
    readonly Option<int?> monthly = Count("--keep-monthly", "the same for months");
    readonly Option<int?> yearly = Count("--keep-yearly", "the same for years");
    readonly Option<TimeSpan?> within = new("--keep-within") { Description = "all that are at most so much older than the newest: 36h, 7d, 4w, 1d12h", CustomParser = Parsers.By<TimeSpan?>(text => Periods.Parse(text)) };

    RetentionOptions()
    {
    }

    /// <summary>Adds the flags to a command.</summary>
    public static RetentionOptions AddTo(Command command)
    {
        var options = new RetentionOptions();
        foreach (var option in new Option[] { options.last, options.hourly, options.daily, options.weekly, options.monthly, options.yearly, options.within }) command.Options.Add(option);
        return options;
    }

    /// <summary>The policy of a command line.</summary>
    /// <exception cref="UsageException">It keeps nothing by any rule, which is hardly what was meant.</exception>
    public RetentionPolicy Read(ParseResult result)
    {
        var policy = new RetentionPolicy
        {
            Last = result.GetValue(last),
            Hourly = result.GetValue(hourly),
            Daily = result.GetValue(daily),
            Weekly = result.GetValue(weekly),
            Monthly = result.GetValue(monthly),
            Yearly = result.GetValue(yearly),
            Within = result.GetValue(within),
        };
        return policy.IsEmpty ? throw new UsageException("Say what to keep: at least one of the --keep-… flags, for example --keep-daily 7.") : policy;
    }

    static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0) result.AddError($"{name} takes 0 or more");
        });
        return option;
    }
}
