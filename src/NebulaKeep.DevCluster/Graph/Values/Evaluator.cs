using System.Globalization;
using NebulaKeep.DevCluster.Graph.Language;
using NebulaKeep.Nebula.Common;

namespace NebulaKeep.DevCluster.Graph.Values;

/// <summary>Works out constants and the few functions that INSERT and DEFAULT may use: now, timestamp, date, time, datetime, ST_Point.</summary>
sealed class Evaluator(TimeProvider clock)
{
    /// <exception cref="StatementException">Not a constant, or not a value of the function's kind.</exception>
    public Value Evaluate(Expression expression) => expression switch
    {
        Literal literal => OfConstant(literal.Value),
        Call call => OfCall(call),
        _ => throw StatementException.Semantic($"`{expression}' is not a constant."),
    };

    /// <summary>True for what may be stored as a constant; functions of the present are evaluated for each row.</summary>
    public static bool IsConstant(Expression expression) => expression is Literal or Call { Arguments.Count: > 0 };

    static Value OfConstant(object? constant) => constant switch
    {
        null => Value.Null,
        bool flag => Value.Of(flag),
        long number => Value.Of(number),
        double number => Value.Of(number),
        string text => Value.Of(text),
        _ => throw StatementException.Semantic($"`{constant}' is not a value."),
    };

    Value OfCall(Call call)
    {
        if (call.Function == "st_point" && call.Arguments is [Literal x, Literal y]) return OfPoint(Number(x), Number(y));
        return (call.Function, call.Arguments) switch
        {
            ("now" or "timestamp", []) => Value.Of(clock.GetUtcNow().ToUnixTimeSeconds()),
            ("timestamp", [Literal { Value: long seconds }]) => Value.Of(seconds),
            ("timestamp", [Literal { Value: string text }]) => Value.Of(new DateTimeOffset(Parse(text)).ToUnixTimeSeconds()),
            ("date", []) => OfDate(clock.GetUtcNow().UtcDateTime),
            ("date", [Literal { Value: string text }]) => OfDate(Parse(text)),
            ("time", []) => OfTime(clock.GetUtcNow().UtcDateTime),
            ("time", [Literal { Value: string text }]) => OfTime(Parse("2000-01-01T" + text)),
            ("datetime", []) => OfDateTime(clock.GetUtcNow().UtcDateTime),
            ("datetime", [Literal { Value: string text }]) => OfDateTime(Parse(text)),
            _ => throw StatementException.Semantic($"Function `{call}' is not supported here."),
        };
    }

    static double Number(Literal literal) => literal.Value switch
    {
        long number => number,
        double number => number,
        _ => throw StatementException.Semantic($"`{literal}' is not a number."),
    };

    static Value OfPoint(double x, double y) =>
        new() { GgVal = new Geography { PtVal = new Point { Coord = new Coordinate { X = x, Y = y } } } };

    static DateTime Parse(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw StatementException.Semantic($"`{text}' is not a date or time.");

    static Value OfDate(DateTime t) => new() { DVal = new GraphDate { Year = (short)t.Year, Month = (sbyte)t.Month, Day = (sbyte)t.Day } };

    static Value OfTime(DateTime t) =>
        new() { TVal = new GraphTime { Hour = (sbyte)t.Hour, Minute = (sbyte)t.Minute, Sec = (sbyte)t.Second, Microsec = Microseconds(t) } };

    static Value OfDateTime(DateTime t) => new()
    {
        DtVal = new GraphDateTime
        {
            Year = (short)t.Year,
            Month = (sbyte)t.Month,
            Day = (sbyte)t.Day,
            Hour = (sbyte)t.Hour,
            Minute = (sbyte)t.Minute,
            Sec = (sbyte)t.Second,
            Microsec = Microseconds(t),
        },
    };

    static int Microseconds(DateTime t) => (int)(t.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond);
}
