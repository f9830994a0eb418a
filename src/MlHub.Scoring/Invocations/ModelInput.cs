using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Invocations;

/// <summary>What was sent, held against the signature: tensors of the signature's types, in its order.</summary>
/// <param name="Values">By name; the names are places where the signature has none.</param>
/// <param name="IsTable">Whether the model is asked for rows, and answers in rows.</param>
public sealed record ModelInput(IReadOnlyList<KeyValuePair<string, Tensor>> Values, bool IsTable)
{
    /// <summary>Of a table.</summary>
    public int Rows => Values.Count > 0 && Values[0].Value.Shape is [var rows, ..] ? (int)rows : 0;
}
