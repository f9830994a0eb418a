using MlHub.Tracking.Metrics;

namespace MlHub.Tracking.Table;

/// <summary>One run of the table with the cells that were asked for.</summary>
public sealed class RunCells(RunDetails details)
{
    public Run Run => details.Run;

    public IReadOnlyDictionary<string, MetricCell> Metrics { get; } = details.Metrics.ToDictionary(m => m.Key, m => new MetricCell(m.Value, m.SeriesId, m.Points, m.Step));
    public IReadOnlyDictionary<string, string> Params { get; } = details.Params.ToDictionary();
    public IReadOnlyDictionary<string, string> Tags { get; } = details.Tags.ToDictionary();
    public IReadOnlyList<DatasetCell> Datasets { get; } = [.. details.Inputs.Select(i => new DatasetCell(i.Dataset.Name, i.Dataset.Digest, i.Context))];

    /// <summary>How many active runs lie directly in it.</summary>
    public int Children { get; set; }

    /// <summary>The run that it lies in, as its client said.</summary>
    public string? ParentId => Tags.GetValueOrDefault(RunFamilies.ParentTag);

    /// <summary>Who ran it: what the client said, else who called.</summary>
    public string User => Run.UserId.Length > 0 ? Run.UserId : Run.CreatedBy;

    /// <summary>The value of a metric, param or tag as text, invariant and exact.</summary>
    public string? TextOrNull(ShownColumn column) => column.Kind switch
    {
        ColumnKind.Metric => Metrics.TryGetValue(column.Key, out var cell) ? cell.Exact : null,
        ColumnKind.Param => Params.GetValueOrDefault(column.Key),
        _ => Tags.GetValueOrDefault(column.Key),
    };
}

/// <summary>A metric's latest value, and some of its points where its course was asked for.</summary>
public sealed record MetricCell(double Value, long SeriesId, long Points, long LastStep)
{
    public List<MetricPoint> Course { get; } = [];

    /// <summary>All digits; NaN, Infinity and -Infinity by name.</summary>
    public string Exact => Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture) switch
    {
        "∞" => "Infinity",
        "-∞" => "-Infinity",
        var text => text,
    };
}

public sealed record DatasetCell(string Name, string Digest, string? Context);

/// <summary>The rows of a window in order, and where the next begins.</summary>
public sealed record RunRows(IReadOnlyList<RunCells> Rows, string? NextPageToken);

/// <summary>How many runs there are; where not all were counted, at least so many.</summary>
public sealed record RunCount(long Runs, bool IsAll);
