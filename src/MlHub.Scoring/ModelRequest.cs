using System.Text.Json;
using MlHub.Scoring.Invocations;

namespace MlHub.Scoring;

/// <summary>What a caller sent, read and found good: what is left is to run the model.</summary>
/// <param name="Input">What the model is fed.</param>
/// <param name="Parameters">What was sent as <c>params</c>; null where nothing was.</param>
/// <param name="Wanted">The names of the outputs it is asked for; null for all.</param>
/// <param name="Answer">Makes the answer of what it gave.</param>
internal sealed record ModelRequest(ModelInput Input, JsonElement? Parameters, IReadOnlyList<string>? Wanted, Func<ModelAnswer, ScoringAnswer> Answer);
