using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Scoring.Python;

namespace MlHub.Scoring;

/// <summary>What a worker is told of the model it shall serve.</summary>
/// <param name="Library">The path of ONNX Runtime's library; empty where it is not needed.</param>
/// <param name="File">The path of the model's ONNX file, from where the worker is started; of a Python flavour the folder of its files.</param>
/// <param name="Model">The registered model's name, and the number of the version, as answers tell them.</param>
/// <param name="Version">See <paramref name="Model"/>.</param>
/// <param name="Inputs">The signature's inputs, JSON as in the file MLmodel; null without a signature.</param>
/// <param name="Parameters">The signature's parameters.</param>
/// <param name="Threads">How many requests are computed at the same time.</param>
/// <param name="MemoryBytes">What the model may take beyond what the worker itself needs; 0 for no limit.</param>
/// <param name="AnswerBytes">The largest answer that is sent.</param>
public sealed record ModelPlan(string Library, string File, string Model, string Version, string? Inputs, string? Parameters, int Threads, long MemoryBytes, int AnswerBytes)
{
    /// <summary>How a model of a Python flavour is computed; null for an ONNX model.</summary>
    public PythonPlan? Python { get; init; }

    /// <summary>Rows of several requests that are computed together at most; 1 computes each request alone.</summary>
    public int BatchRows { get; init; } = 1;

    /// <summary>How long a request waits for others to be computed with.</summary>
    public int BatchDelayMilliseconds { get; init; }
}

/// <summary>An input or output as the Open Inference Protocol tells of it; -1 is a dimension of any size.</summary>
public sealed record PortDescription(string Name, string Datatype, IReadOnlyList<long> Shape);

/// <summary>What a worker found in the model.</summary>
public sealed record ModelDescription(string Runtime, IReadOnlyList<PortDescription> Inputs, IReadOnlyList<PortDescription> Outputs)
{
    /// <summary>What kind of model it is, as the Open Inference Protocol calls it.</summary>
    public required string Platform { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ModelPlan))]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(PythonModules))]
internal sealed partial class ScoringJson : JsonSerializerContext;
