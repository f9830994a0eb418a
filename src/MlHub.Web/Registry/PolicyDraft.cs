using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Registry;

/// <summary>A policy while somebody edits it: texts and rows that can be half done.</summary>
public sealed class PolicyDraft
{
    private PromotionPolicy _begun = new();

    public required Stage Stage { get; init; }
    public int Approvals { get; set; }
    public bool FourEyes { get; set; }

    /// <summary>Names between commas.</summary>
    public string Users { get; set; } = "";
    public string Groups { get; set; } = "";

    public bool AllowRemovedInputs { get; set; }

    /// <summary>In per cent.</summary>
    public double Tolerance { get; set; }
    public HashSet<string> OwnChecks { get; } = [];
    public List<TagRow> Tags { get; } = [];
    public List<CheckRow> Checks { get; } = [];
    public List<WindowRow> Windows { get; } = [];
    public List<WeekRow> Weeks { get; } = [];

    public static PolicyDraft Of(Stage stage, PromotionPolicy? stored)
    {
        var policy = stored ?? new PromotionPolicy { Approvals = 1, FourEyes = true };
        var draft = new PolicyDraft
        {
            _begun = policy,
            Stage = stage,
            Approvals = policy.Approvals,
            FourEyes = policy.FourEyes,
            Users = string.Join(", ", policy.ApproverUsers),
            Groups = string.Join(", ", policy.ApproverGroups),
            AllowRemovedInputs = policy.AllowRemovedInputs,
            Tolerance = Math.Round(policy.MetricTolerance * 100, 6),
        };
        draft.Tags.AddRange(policy.RequiredTags.Select(t => new TagRow { Key = t.Key, Value = t.Value }));
        draft.OwnChecks.UnionWith(policy.RequiredChecks.Select(c => c.Name).Where(IsOwn));
        draft.Checks.AddRange(policy.RequiredChecks.Where(c => !IsOwn(c.Name)).Select(c => new CheckRow { Name = c.Name, Reporter = c.Reporter ?? "" }));
        draft.Windows.AddRange(policy.FreezeWindows.Select(f => new WindowRow { From = f.From.UtcDateTime, Until = f.Until.UtcDateTime, Reason = f.Reason }));
        draft.Weeks.AddRange(policy.WeeklyFreezes.Select(f => new WeekRow(f.Days) { From = f.From, Until = f.Until, Reason = f.Reason }));
        return draft;
    }

    /// <summary>Rows that were never filled in are left out; what the editor does not show stays as it was.</summary>
    public PromotionPolicy ToPolicy() => _begun with
    {
        Approvals = Approvals,
        FourEyes = FourEyes,
        ApproverUsers = Names(Users),
        ApproverGroups = Names(Groups),
        AllowRemovedInputs = AllowRemovedInputs,
        MetricTolerance = Tolerance / 100,
        RequiredTags = [.. Tags.Where(t => t.Key.Trim().Length > 0).Select(t => new RequiredTag(t.Key.Trim(), t.Value.Trim()))],
        RequiredChecks =
        [
            .. BuiltInChecks.All.Where(OwnChecks.Contains).Select(name => new RequiredCheck(name)),
            .. Checks.Where(c => c.Name.Trim().Length > 0).Select(c => new RequiredCheck(c.Name.Trim(), c.Reporter.Trim() is { Length: > 0 } by ? by : null)),
        ],
        FreezeWindows = [.. Windows.Select(w => new FreezeWindow(Utc(w.From), Utc(w.Until), w.Reason.Trim()))],
        WeeklyFreezes = [.. Weeks.Where(w => w.Days.Count > 0).Select(w => new WeeklyFreeze([.. w.Days.Order()], w.From, w.Until, w.Reason.Trim()))],
    };

    private static bool IsOwn(string check) => BuiltInChecks.All.Contains(check);

    private static DateTimeOffset Utc(DateTime at) => new(DateTime.SpecifyKind(at, DateTimeKind.Utc));

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public sealed class TagRow
    {
        public string Key { get; set; } = "";
        public string Value { get; set; } = "";
    }

    public sealed class CheckRow
    {
        public string Name { get; set; } = "";
        public string Reporter { get; set; } = "";
    }

    public sealed class WindowRow
    {
        public DateTime From { get; set; }
        public DateTime Until { get; set; }
        public string Reason { get; set; } = "";
    }

    public sealed class WeekRow(IEnumerable<DayOfWeek> days)
    {
        public HashSet<DayOfWeek> Days { get; } = [.. days];
        public TimeOnly From { get; set; }
        public TimeOnly Until { get; set; }
        public string Reason { get; set; } = "";
    }
}
