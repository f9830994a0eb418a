using Quartz;

namespace MlHub.Serving.Batch;

/// <summary>When a schedule fires: Quartz' six or seven fields from seconds on, the five of a crontab, or a word such as <c>@daily</c>. All times are UTC.</summary>
public static class BatchCron
{
    private const int CrontabFields = 5, Looked = 10;

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>The expression as Quartz writes it.</summary>
    /// <exception cref="HubException">Invalid, with what is wrong.</exception>
    public static string Parse(string text, DateTimeOffset now)
    {
        var isCrontab = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == CrontabFields;
        CronExpression cron;
        try
        {
            cron = CronExpression.Parse(text.Trim(), isCrontab ? CronFormat.Unix : CronFormat.Quartz);
        }
        catch (FormatException e)
        {
            throw Refused($"{e.Message} A schedule has six fields (seconds, minutes, hours, day of month, month, day of week; one of the two days is ?), or the five of a crontab.");
        }

        var expression = cron.CronExpressionString;
        var times = Next(expression, now, Looked);
        return expression.Length > Limits.ServingName ? throw Refused($"It has more than {Limits.ServingName} characters.")
            : times.Count == 0 ? throw Refused("It never fires again.")
            : times.Zip(times.Skip(1)).Any(t => t.Second - t.First < Least) ? throw Refused("It fires more than once a minute.")
            : expression;
    }

    /// <summary>When it fires next; fewer times where it ends before.</summary>
    public static IReadOnlyList<DateTimeOffset> Next(string expression, DateTimeOffset now, int count)
    {
        var cron = CronExpression.Parse(expression).WithTimeZone(TimeZoneInfo.Utc);
        List<DateTimeOffset> times = [];
        for (var after = now; times.Count < count && cron.GetNextValidTimeAfter(after) is { } next; after = next)
        {
            times.Add(next);
        }

        return times;
    }

    private static HubException Refused(string problem) => HubException.Invalid($"Invalid value for parameter 'cron' supplied: {problem}");
}
