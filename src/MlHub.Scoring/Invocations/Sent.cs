using System.Text.Json;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>What a caller sent, before it was held against the model's signature.</summary>
public abstract record Sent
{
    /// <summary>Rows: <c>dataframe_split</c>, <c>dataframe_records</c> or CSV.</summary>
    public sealed record Frame(Table Table) : Sent;

    /// <summary>Tensors by name: <c>inputs</c> as an object.</summary>
    public sealed record Named(IReadOnlyList<KeyValuePair<string, JsonElement>> Values) : Sent;

    /// <summary>Tensors by name, row by row: <c>instances</c> as objects.</summary>
    public sealed record Instances(Table Table) : Sent;

    /// <summary>One tensor: <c>inputs</c> or <c>instances</c> as a list.</summary>
    public sealed record Bare(JsonElement Value) : Sent;
}
