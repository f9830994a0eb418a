using MlHub.Scoring.Onnx;

namespace MlHub.Scoring;

/// <summary>What a caller sent, read and found good: what is left is to run the graph.</summary>
/// <param name="Inputs">What the graph is fed.</param>
/// <param name="Outputs">The names of what it is asked for.</param>
/// <param name="Answer">Makes the answer of what it gave, in the order of the outputs.</param>
internal sealed record ModelRequest(IReadOnlyList<KeyValuePair<string, ModelValue>> Inputs, IReadOnlyList<string> Outputs, Func<ModelValue[], ScoringAnswer> Answer);
