using MlHub.Tracking;
using MlHub.Tracking.Metrics;

using MlHub.Web.Ui;

namespace MlHub.Web.Tracking;

/// <summary>One line of the runs table: a run, its values by column, and which of them just changed.</summary>
public sealed class RunRow
{
    private readonly Dictionary<string, double> _metrics;
    private readonly Dictionary<string, string> _params;
    private readonly Dictionary<string, string> _tags;
    private readonly RunRow? _before;

    public RunRow(RunDetails details, RunRow? before)
    {
        Run = details.Run;
        _metrics = details.Metrics.ToDictionary(m => m.Key, m => m.Value);
        _params = details.Params.ToDictionary(p => p.Key, p => p.Value);
        _tags = details.Tags.ToDictionary(t => t.Key, t => t.Value);
        _before = before;
    }

    public Run Run { get; }

    /// <summary>How many of its ancestors it is shown below.</summary>
    public int Depth { get; set; }

    public string? ParentId => _tags.GetValueOrDefault(RunFamilies.ParentTag);

    /// <summary>Who ran it: what the client said, else who called.</summary>
    public string User => Run.UserId.Length > 0 ? Run.UserId : Run.CreatedBy;

    public bool IsTicking => Run is { Status: RunStatus.Running, EndTime: null };

    public IEnumerable<ShownColumn> Columns =>
        [.. _metrics.Keys.Select(k => new ShownColumn(ColumnKind.Metric, k)), .. _params.Keys.Select(k => new ShownColumn(ColumnKind.Param, k))];

    public string? TextOrNull(ShownColumn column) => column.Kind switch
    {
        ColumnKind.Metric => _metrics.TryGetValue(column.Key, out var value) ? Format.Number(value) : null,
        ColumnKind.Param => _params.GetValueOrDefault(column.Key),
        _ => _tags.GetValueOrDefault(column.Key),
    };

    public string? ExactOrNull(ShownColumn column) =>
        column.Kind == ColumnKind.Metric && _metrics.TryGetValue(column.Key, out var value) ? Format.Exact(value) : TextOrNull(column);

    public bool IsOdd(ShownColumn column) => column.Kind == ColumnKind.Metric && _metrics.TryGetValue(column.Key, out var value) && !double.IsFinite(value);

    /// <summary>Whether the value came or changed since the table was last loaded.</summary>
    public bool IsFresh(ShownColumn column) => _before is not null && _before.TextOrNull(column) != TextOrNull(column);
}
