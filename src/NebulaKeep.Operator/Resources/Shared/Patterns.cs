namespace NebulaKeep.Operator.Resources.Shared;

/// <summary>Syntax that the API server checks; what it means is checked by the controllers.</summary>
static class Patterns
{
    /// <summary>A Go duration such as 72h or 1h30m; it has no unit for days.</summary>
    public const string Duration = @"^(0|([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+)$";

    /// <summary>Five cron fields or a descriptor, after an optional time zone.</summary>
    public const string Schedule =
        @"^((CRON_TZ|TZ)=\S+\s+)?(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every\s+\S+|[0-9A-Za-z*?/,-]+(\s+[0-9A-Za-z*?/,-]+){4})$";
}
