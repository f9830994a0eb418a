using MlHub.Explanations;

namespace MlHub.Compare;

/// <summary>What the two models give their features; a side without an explanation is null.</summary>
/// <param name="Features">All features of both, the candidate's heaviest first.</param>
public sealed record ExplanationComparison(ExplainedSide? Candidate, ExplainedSide? Baseline, IReadOnlyList<FeatureRank> Features)
{
    /// <summary>Why there is nothing to compare; empty where both are explained.</summary>
    public string WhyNone => (Candidate, Baseline) switch
    {
        (null, null) => "Neither version has SHAP values. Log them with mlflow.shap, or have them computed on the version's page.",
        (null, _) => "The candidate has no SHAP values. Have them computed on its page.",
        (_, null) => "The baseline has no SHAP values. Have them computed on its page.",
        _ => "",
    };

    internal static ExplanationComparison Of(ExplainedSide? candidate, ExplainedSide? baseline)
    {
        var (after, before) = (ByName(candidate), ByName(baseline));
        return new(candidate, baseline, [.. after.Keys.Union(before.Keys)
            .Select(f => new FeatureRank(f, after.GetValueOrDefault(f)?.Weight, before.GetValueOrDefault(f)?.Weight, after.GetValueOrDefault(f)?.Rank, before.GetValueOrDefault(f)?.Rank))
            .OrderBy(f => f.CandidateRank ?? int.MaxValue).ThenBy(f => f.BaselineRank ?? int.MaxValue)]);

        static Dictionary<string, FeatureWeight> ByName(ExplainedSide? side) => (side?.Weights ?? []).DistinctBy(w => w.Feature).ToDictionary(w => w.Feature, StringComparer.Ordinal);
    }
}

/// <summary>How one version's model weighs its features.</summary>
/// <param name="Source">Where the values come from, in words.</param>
/// <param name="BaseValue">What they are counted from; null where it is not known, or there are several outputs.</param>
/// <param name="Weights">The heaviest first; of several outputs added up.</param>
public sealed record ExplainedSide(string Source, double? BaseValue, IReadOnlyList<FeatureWeight> Weights)
{
    /// <summary>What was logged, else a summary of it, else what MlHub has computed and still keeps; null where there is none of these.</summary>
    internal static async Task<ExplainedSide?> ReadOrNullAsync(ExplanationReader reader, ExplanationWorker computed, ExplanationFiles files, CancellationToken cancel)
    {
        if (files.Logged.FirstOrDefault() is { } logged)
        {
            try
            {
                return Of(await reader.ReadLoggedAsync(files, logged, null, cancel), $"logged in {logged.Folder.TrimEnd('/')}");
            }
            catch (Exception e) when (e is InvalidDataException or HubException { Error: HubError.DataLoss })
            {
                // The version's page says what is wrong with it; here the next source will do.
            }
        }

        return await reader.SummaryOrNullAsync(files, cancel) is { } summary
            ? new($"logged in {files.SummaryOrNull!.Path}", null, [.. summary.Where(w => double.IsFinite(w.Value)).OrderByDescending(w => w.Value).Select((w, i) => new FeatureWeight(w.Key, i, w.Value, i + 1))])
            : computed.LastOrNull(files) is { } explanation ? Of(explanation, "computed by MlHub") : null;
    }

    private static ExplainedSide Of(Explanation explanation, string source) => new(source, explanation.Outputs is [var only] ? only.BaseValue : null, explanation.Weights());
}

/// <summary>How much a feature weighs in the two models: its mean |SHAP| and its rank, 1 the heaviest.</summary>
public sealed record FeatureRank(string Feature, double? Candidate, double? Baseline, int? CandidateRank, int? BaselineRank)
{
    /// <summary>By how many ranks it rose; less than 0 where it fell, null where a side does not have it.</summary>
    public int? Climb => BaselineRank - CandidateRank;
}
