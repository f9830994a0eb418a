using MlHub.Explanations;
using MlHub.Protocol.Explanations;

namespace MlHub.Web.Explanations;

/// <summary>Between explanations and their messages.</summary>
public static class ExplanationMapping
{
    public static ExplanationResponse ToMessage(this LoggedExplanation logged, FoundExplanations found) =>
        Message(logged.Explanation is null ? "FAILED" : "FINISHED", new(default, 0, 0, logged.Why, false), logged.Explanation, found);

    public static ExplanationResponse ToMessage(this ComputedExplanation computed, FoundExplanations found) => computed.State is { } state
        ? Message(state.Status.ToString().ToUpperInvariant(), state, computed.Explanation, found)
        : Message("NONE", new(default, 0, 0, computed.Why, false), null, found);

    private static ExplanationResponse Message(string status, ExplanationState state, Explanation? explanation, FoundExplanations found) => new(
        status, state.Done, state.Of, state.CanCancel, state.Why, explanation?.Method ?? "", explanation?.Rows.Count ?? 0, explanation?.AllRows ?? 0,
        explanation is null ? [] : [.. explanation.Outputs.Select((output, o) => new ExplainedOutputMessage(
            output.Name,
            output.BaseValue,
            [.. explanation.Weights(o).Select(f => new ExplainedFeatureMessage(f.Feature, f.Weight, f.Rank, output.Errors?[f.At]))]))],
        found.Logged, found.Models, found.Samples);
}
