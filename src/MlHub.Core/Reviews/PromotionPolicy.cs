namespace MlHub.Reviews;

/// <summary>What must hold before a version may enter a stage of a model.</summary>
public sealed record PromotionPolicy
{
    /// <summary>How many people must say yes.</summary>
    public int Approvals { get; init; }

    /// <summary>Whether neither who asked nor the version's author may be among them.</summary>
    public bool FourEyes { get; init; }

    /// <summary>The people who may approve; with <see cref="ApproverGroups"/> empty too, everyone with the right.</summary>
    public IReadOnlyList<string> ApproverUsers { get; init; } = [];
    public IReadOnlyList<string> ApproverGroups { get; init; } = [];
    public IReadOnlyList<RequiredTag> RequiredTags { get; init; } = [];

    /// <summary>Checks that must have passed, MlHub's own (<see cref="BuiltInChecks"/>) among them.</summary>
    public IReadOnlyList<RequiredCheck> RequiredChecks { get; init; } = [];

    /// <summary>Whether <see cref="BuiltInChecks.Schema"/> lets a version ignore inputs that callers of the one in the stage send.</summary>
    public bool AllowRemovedInputs { get; init; }
    public IReadOnlyList<FreezeWindow> FreezeWindows { get; init; } = [];
    public IReadOnlyList<WeeklyFreeze> WeeklyFreezes { get; init; } = [];

    /// <summary>By how much of its value a metric may be worse than the version's now in the stage: 0.01 is one per cent.</summary>
    public double MetricTolerance { get; init; }
    public IReadOnlyList<MetricRule> Metrics { get; init; } = [];
}

/// <summary>A tag that the version must carry.</summary>
public sealed record RequiredTag(string Key, string Value);

/// <summary>A check that must have passed; with a reporter, as reported by them.</summary>
public sealed record RequiredCheck(string Name, string? Reporter = null);

/// <summary>No version enters the stage from one instant until another.</summary>
public sealed record FreezeWindow(DateTimeOffset From, DateTimeOffset Until, string Reason);

/// <summary>No version enters the stage on these days between two times of the day, in UTC; past midnight where it ends before it begins.</summary>
public sealed record WeeklyFreeze(IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly Until, string Reason)
{
    /// <summary>When the freeze that lasts at <paramref name="now"/> ends; null where none does.</summary>
    public DateTimeOffset? EndOrNull(DateTimeOffset now)
    {
        var today = now.UtcDateTime.Date;
        foreach (var day in new[] { today, today.AddDays(-1) }.Where(d => Days.Contains(d.DayOfWeek)))
        {
            var begin = new DateTimeOffset(day + From.ToTimeSpan(), TimeSpan.Zero);
            var end = new DateTimeOffset(day.AddDays(Until <= From ? 1 : 0) + Until.ToTimeSpan(), TimeSpan.Zero);
            if (begin <= now && now < end)
            {
                return end;
            }
        }

        return null;
    }
}

/// <summary>How one metric is judged, where its name or the policy's tolerance does not say it right.</summary>
public sealed record MetricRule(string Metric, bool? LowerIsBetter = null, double? Tolerance = null);
