using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Compare;
using MlHub.Web.Shell;
using MlHub.Web.Ui;

namespace MlHub.Web.Compare;

/// <summary>A comparison as the page's script reads it. JSON's default escaping leaves no character that could end the element that it stands in.</summary>
public static class PlottedRuns
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static string Write(RunComparison comparison, IReadOnlyDictionary<long, string> experiments) => JsonSerializer.Serialize(
        new
        {
            Runs = comparison.Runs.Select(r => new
            {
                Id = r.Run.RunId,
                r.Run.Name,
                Url = HubUrls.Run(r.Run.ExperimentId, r.Run.RunId),
                Experiment = experiments[r.Run.ExperimentId],
                Status = r.Run.Status.ToString(),
                Started = r.Run.StartTime,
                Lasted = r.Run.EndTime is { } end ? Format.Duration(end - r.Run.StartTime) : null,
                User = r.Run.UserId,
                Colour = Format.Colour(r.Run.RunId),
            }),
            Params = comparison.Params.Select(Row),
            Metrics = comparison.Metrics.Select(m => new
            {
                m.Key,
                Better = m.Direction switch { MetricDirection.HigherIsBetter => 1, MetricDirection.LowerIsBetter => -1, _ => 0 },
                m.Values,
                m.Longest,
            }),
            Tags = comparison.Tags.Select(Row),
            Data = comparison.Datasets.Select(Row),
        },
        Options);

    private static object Row(ComparedRow<string> row) => new { row.Key, row.Values };
}
