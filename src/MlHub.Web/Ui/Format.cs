using System.Globalization;
using System.Text;

namespace MlHub.Web.Ui;

/// <summary>How numbers, sizes and times read on a page; the same in every culture.</summary>
public static class Format
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>Up to six significant digits: enough to compare, short enough for a column.</summary>
    public static string Number(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+∞",
        double.NegativeInfinity => "−∞",
        0 => "0",
        _ when Math.Abs(value) is >= 1e-4 and < 1e9 => Plain(value),
        _ => value.ToString("0.####e+0", CultureInfo.InvariantCulture),
    };

    private static string Plain(double value)
    {
        var size = Math.Abs(value);
        var decimals = Math.Clamp(5 - (int)Math.Floor(Math.Log10(size)), 0, 9);
        return Math.Round(value, decimals).ToString(size >= 10_000 ? "#,##0.######" : "0.#########", CultureInfo.InvariantCulture);
    }

    public static string Exact(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : Number(value);

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1024 && unit < Units.Length - 1)
        {
            (size, unit) = (size / 1024, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size.ToString(unit == 0 || size >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)} {Units[unit]}");
    }

    public static string Duration(long milliseconds)
    {
        var t = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, (long)TimeSpan.MaxValue.TotalMilliseconds / 2));
        return t switch
        {
            { TotalSeconds: < 1 } => $"{t.Milliseconds} ms",
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:0.0} s"),
            { TotalMinutes: < 1 } => $"{t.Seconds} s",
            { TotalHours: < 1 } => $"{t.Minutes} min {t.Seconds} s",
            { TotalDays: < 1 } => $"{t.Hours} h {t.Minutes} min",
            _ => $"{(int)t.TotalDays} d {t.Hours} h",
        };
    }

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < -60 } => "in " + Span(then - now),
        { TotalSeconds: < 45 } => "just now",
        var past => Span(past) + " ago",
    };

    /// <summary>Which of the twelve colours a run or a metric has: always the same one.</summary>
    public static string Colour(string id) => "c" + (Fnv(id) % 12).ToString(CultureInfo.InvariantCulture);

    private static string Span(TimeSpan t) => t switch
    {
        { TotalMinutes: < 59.5 } => Of(t.TotalMinutes, "min", "min"),
        { TotalHours: < 23.5 } => Of(t.TotalHours, "hour", "hours"),
        { TotalDays: < 29.5 } => Of(t.TotalDays, "day", "days"),
        { TotalDays: < 364 } => Of(t.TotalDays / 30.44, "month", "months"),
        _ => Of(t.TotalDays / 365.25, "year", "years"),
    };

    private static string Of(double amount, string one, string many)
    {
        var whole = Math.Max(1, (int)Math.Round(amount));
        return $"{whole} {(whole == 1 ? one : many)}";
    }

    private static uint Fnv(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2166136261u, (hash, b) => (hash ^ b) * 16777619u);
}
