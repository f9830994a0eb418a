namespace MlHub.Webhooks;

/// <summary>When a delivery that failed is sent again: the schedule of Standard Webhooks, ten attempts over about 75 hours.</summary>
internal static class DeliverySchedule
{
    private const double Jitter = 0.2;

    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How many times a delivery is sent before it counts as failed.</summary>
    public static int Attempts { get; } = Waits.Length + 1;

    /// <param name="made">Attempts so far, at least one.</param>
    /// <param name="retryAfter">What the receiver asked for; of more than a day, a day is kept.</param>
    /// <param name="chance">From 0 to 1: a fifth more or less, so that what failed together does not come back together.</param>
    /// <returns>Null where there is no next time.</returns>
    public static TimeSpan? WaitOrNull(int made, TimeSpan? retryAfter, double chance)
    {
        if (made >= Attempts)
        {
            return null;
        }

        var wait = Waits[made - 1] * (1 - Jitter + (2 * Jitter * chance));
        var asked = Within(retryAfter ?? TimeSpan.Zero);
        return asked > wait ? asked : wait;
    }

    public static TimeSpan Within(TimeSpan retryAfter) => retryAfter > LongestRetryAfter ? LongestRetryAfter : retryAfter;
}
