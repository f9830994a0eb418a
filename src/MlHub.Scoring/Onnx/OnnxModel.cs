using System.Text.Json;
using MlHub.Scoring.Invocations;

namespace MlHub.Scoring.Onnx;

/// <summary>A model that ONNX Runtime computes. It must have been started.</summary>
/// <exception cref="OrtException">Where the file is no model that can be loaded.</exception>
public sealed class OnnxModel : LoadedModel
{
    private readonly OrtSession _session;
    private readonly GraphFeed _feed;
    private readonly IReadOnlyList<string> _outputs;

    /// <param name="file">The path of the ONNX file.</param>
    public OnnxModel(string file)
    {
        _session = new(file);
        _feed = new(_session.Inputs);
        _outputs = [.. _session.Outputs.Select(p => p.Name)];
    }

    public override string Runtime => OrtRuntime.Version;

    public override string Platform => "onnx_onnxv1";

    public override IReadOnlyList<ModelPort>? Inputs => _session.Inputs;

    public override IReadOnlyList<ModelPort> Outputs => _session.Outputs;

    public override bool TakesAnyRows =>
        _session.Inputs.Count > 0
        && _session.Inputs.All(p => p.Type is PortType.OfTensor { Shape: [< 0, ..] })
        && _session.Outputs.All(p => p.Type is PortType.OfTensor { Shape: [< 0, ..] } or PortType.OfSequence);

    /// <summary>Rows are answered in rows, tensors by tensors, as MLflow's ONNX flavour answers.</summary>
    public override ModelAnswer Run(ModelInput input, JsonElement? parameters, IReadOnlyList<string>? wanted)
    {
        var names = wanted ?? _outputs;
        var values = _session.Run(_feed.Of(input), names);
        return new(input.IsTable && values.All(v => IsByRow(v, input.Rows)) ? AnswerForm.Rows : AnswerForm.Tensors, names, values);
    }

    protected override void Dispose(bool disposing) => _session.Dispose();

    private static bool IsByRow(ModelValue value, int rows) => value switch
    {
        Tensor { Shape: [var count, ..] } => count == rows,
        ValueSequence sequence => sequence.Items.Count == rows,
        _ => false,
    };
}
