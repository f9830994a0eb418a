using System.Globalization;
using System.Text.Json;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Protocol.Compare;

namespace MlHub.Web.Compare;

/// <summary>Between comparisons and their messages.</summary>
public static class CompareMapping
{
    public static CompareVersionsResponse ToMessage(this VersionComparison comparison) => new(
        [ToMessage(comparison.Baseline), ToMessage(comparison.Candidate)],
        ToMessages(comparison.Params),
        [.. comparison.Metrics.Select(m => new MetricChangeMessage(m.Metric, m.Baseline, m.Candidate, m.Change, Wire(m.Direction), Wire(m.Trend)))],
        new(Wire(comparison.Schema.Verdict), Fields(comparison, SignaturePart.Inputs), Fields(comparison, SignaturePart.Outputs), Fields(comparison, SignaturePart.Parameters)),
        [.. comparison.Datasets.Select(d => new DataChangeMessage(d.Name, d.Context, Wire(d.Kind), d.Baseline, d.Candidate))],
        ToMessages(comparison.Environment),
        ToMessages(comparison.Code),
        new(
            comparison.Explanations.WhyNone,
            ToMessage(comparison.Explanations.Baseline),
            ToMessage(comparison.Explanations.Candidate),
            [.. comparison.Explanations.Features.Select(f => new FeatureChangeMessage(f.Feature, f.Baseline, f.Candidate, f.BaselineRank, f.CandidateRank, f.Climb))]));

    public static CompareRunsResponse ToMessage(this RunComparison comparison) => new(
        [.. comparison.Runs.Select(r => r.Run.RunId)],
        ToMessages(comparison.Params),
        [.. comparison.Metrics.Select(m => new ComparedNumbersMessage(m.Key, m.Differs, Wire(m.Direction), m.Values))],
        ToMessages(comparison.Tags),
        ToMessages(comparison.Datasets));

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
