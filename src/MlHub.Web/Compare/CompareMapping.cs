using System.Globalization;
using System.Text.Json;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Protocol.Compare;
using MlHub.Scoring.Signatures;

namespace MlHub.Web.Compare;

/// <summary>Between comparisons and their messages.</summary>
public static class CompareMapping
{
    public static CompareVersionsResponse ToMessage(this VersionComparison comparison) => new(
        [ToMessage(comparison.Baseline), ToMessage(comparison.Candidate)],
        ToMessages(comparison.Params),
        [.. comparison.Metrics.Select(ToMessage)],
        new(Wire(comparison.Schema.Verdict), Fields(comparison, SignaturePart.Inputs), Fields(comparison, SignaturePart.Outputs), Fields(comparison, SignaturePart.Parameters)),
        [.. comparison.Datasets.Select(ToMessage)],
        ToMessages(comparison.Environment),
        ToMessages(comparison.Code),
        new(
            comparison.Explanations.WhyNone,
            ToMessage(comparison.Explanations.Baseline),
            ToMessage(comparison.Explanations.Candidate),
            [.. comparison.Explanations.Features.Select(f => new FeatureChangeMessage(f.Feature, f.Baseline, f.Candidate, f.BaselineRank, f.CandidateRank, f.Climb))]))
    {
        Latency = [.. LatencyMetrics.Of(comparison.Metrics).Select(ToMessage)],
    };

    public static CompareRunsResponse ToMessage(this RunComparison comparison) => new(
        [.. comparison.Runs.Select(r => r.Run.RunId)],
        ToMessages(comparison.Params),
        [.. comparison.Metrics.Select(m => new ComparedNumbersMessage(m.Key, m.Differs, Wire(m.Direction), m.Values))],
        ToMessages(comparison.Tags),
        ToMessages(comparison.Datasets));

    private static MetricChangeMessage ToMessage(MetricDelta metric) => new(metric.Metric, metric.Baseline, metric.Candidate, metric.Change, Wire(metric.Direction), Wire(metric.Trend));

    private static DataChangeMessage ToMessage(DatasetDifference data)
    {
        var message = new DataChangeMessage(data.Name, data.Context, Wire(data.Kind), data.Baseline, data.Candidate);
        return data.Change is not { } change ? message : message with
        {
            Source = change.To.Location,
            FromVersion = change.From.Version,
            ToVersion = change.To.Version,
            Note = change.Sentence,
            Columns = [.. change.Columns.Select(c => new ValueChangeMessage(c.Name, Wire(new ValueDifference(c.Name, c.To, c.From).Kind), c.From, c.To))],
            CommitCount = change.History?.Count,
            Commits = change.History?.Commits.Select(c => new DataCommitMessage(c.Version, c.Info?.Timestamp, c.Info?.Operation, c.Info?.Counts)).ToList(),
        };
    }

    private static ComparedVersionMessage ToMessage(ComparedVersion side) =>
        new(side.Key.Number.ToString(CultureInfo.InvariantCulture), side.Stage.ToString(), side.RunId, side.Size);

    private static ExplainedSideMessage? ToMessage(ExplainedSide? side) => side is null ? null : new(side.Source, side.BaseValue);

    private static List<ValueChangeMessage> ToMessages(IReadOnlyList<ValueDifference> values) => [.. values.Select(v => new ValueChangeMessage(v.Key, Wire(v.Kind), v.Baseline, v.Candidate))];

    private static List<ComparedTextsMessage> ToMessages(IReadOnlyList<ComparedRow<string>> rows) => [.. rows.Select(r => new ComparedTextsMessage(r.Key, r.Differs, r.Values))];

    private static List<FieldChangeMessage> Fields(VersionComparison comparison, SignaturePart part) =>
        [.. comparison.Schema.Fields.Where(f => f.Part == part && f.Kind != Difference.Same)
            .Select(f => new FieldChangeMessage(f.Name, Wire(f.Kind), ToMessage(f.Baseline), ToMessage(f.Candidate), Wire(f.Verdict), f.Note))];

    private static FieldMessage? ToMessage(SignatureField? field) => field is null ? null : new(field.Type.ToString(), field.Required);

    /// <summary>Words of enums are written as MLflow writes them: LOWER_IS_BETTER.</summary>
    private static string Wire<T>(T word)
        where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(word.ToString());
}
