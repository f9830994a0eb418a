using MlHub.Tracking.Table;

namespace MlHub.Web.Tracking.Table;

/// <summary>The columns that every run has: what a program need not log.</summary>
public static class FixedColumns
{
    public const string User = "user", Datasets = "datasets", Models = "models";

    /// <summary>Their names in addresses, their titles, and what they are sorted by.</summary>
    public static readonly IReadOnlyList<(string Name, string Title, string? Field)> All =
    [
        ("status", "Status", "attributes.status"), ("started", "Started", "attributes.start_time"), ("duration", "Duration", "attributes.duration"),
        (User, "User", "attributes.user_id"), (Datasets, "Data", null), (Models, "Models", null),
    ];

    public static (string Name, string Title, string? Field) Of(string name) => All.First(c => c.Name == name);

    /// <summary>Those asked for, in their order; where none are, those that tell the runs apart.</summary>
    public static List<string> Shown(IReadOnlyList<string> asked, IReadOnlyList<RunCells> rows, bool hasModels) =>
    [
        .. All.Select(c => c.Name).Where(n => asked.Count > 0 ? asked.Contains(n) : n switch
        {
            User => rows.DistinctBy(r => r.User).Take(2).Count() > 1,
            Datasets => rows.DistinctBy(r => string.Join(' ', r.Datasets.Select(d => d.Digest).Order(StringComparer.Ordinal))).Take(2).Count() > 1,
            Models => hasModels,
            _ => true,
        }),
    ];
}
