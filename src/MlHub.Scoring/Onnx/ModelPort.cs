namespace MlHub.Scoring.Onnx;

/// <summary>An input or output of a model's graph.</summary>
public sealed record ModelPort(string Name, PortType Type)
{
    /// <summary>Whether it may be left out.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether it is a column of rows, of shape (rows, 1), which may be sent as (rows) too.</summary>
    public bool IsColumn { get; init; }
}

/// <summary>What an input takes or an output gives.</summary>
public abstract record PortType
{
    /// <summary>A dimension of -1 is free; its name is empty where the model gives none.</summary>
    public sealed record OfTensor(ElementType Element, IReadOnlyList<long> Shape, IReadOnlyList<string> DimensionNames) : PortType;

    public sealed record OfSequence(PortType Item) : PortType;

    public sealed record OfMap(ElementType Key, PortType Value) : PortType;

    /// <summary>Sparse, optional or opaque: nothing that a caller could send.</summary>
    public sealed record Other : PortType;
}
