using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Python;

/// <summary>A model that Python computes. What it takes and gives is what its signature says; without one it takes anything.</summary>
internal sealed class PythonModel : LoadedModel
{
    private readonly PythonProcess _process;
    private readonly IReadOnlyList<SignatureField> _inputs;
    private readonly PythonMessage _message;
    private readonly bool _takesTables;

    /// <exception cref="ScoringException">Where it cannot be loaded.</exception>
    public PythonModel(ModelPlan plan, PythonPlan python)
    {
        _inputs = SignatureField.ReadAll(plan.Inputs);
        _message = new(_inputs, plan.Parameters);
        _takesTables = python.Flavor is "sklearn" or "xgboost";
        Platform = python.Flavor == "pytorch" ? "pytorch_torchscript" : python.Flavor;
        Inputs = _inputs.Count > 0 ? [.. _inputs.Select(f => PortOf(f, "input"))] : null;
        Outputs = [.. SignatureField.ReadAll(python.Outputs).Select(f => PortOf(f, "output"))];
        _process = new(plan, python);
    }

    public override string Runtime => _process.Runtime;

    public override string Platform { get; }

    public override IReadOnlyList<ModelPort>? Inputs { get; }

    public override IReadOnlyList<ModelPort> Outputs { get; }

    public override bool TakesMissingTexts => true;

    /// <summary>Nobody knows what code does with rows; whoever has requests computed together says that it takes them one by one.</summary>
    public override bool TakesAnyRows => Inputs is null || Inputs.All(p => p.Type is PortType.OfTensor { Shape: [< 0, ..] });

    public override ModelAnswer Run(ModelInput input, JsonElement? parameters, IReadOnlyList<string>? wanted)
    {
        var answer = Read(_process.Ask(_message.WriteRequest(Fitted(input), parameters)));
        if (answer.Form == AnswerForm.Bare && Outputs is [var only])
        {
            answer = answer with { Names = [only.Name] };
        }

        return wanted is null ? answer : answer with { Names = wanted, Values = [.. wanted.Select(w => ValueOf(answer, w))] };
    }

    protected override void Dispose(bool disposing) => _process.Dispose();

    /// <summary>The process is the model's: what it writes may be anything.</summary>
    private static ModelAnswer Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return PythonMessage.ReadAnswer(answer);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or KeyNotFoundException or FormatException or IndexOutOfRangeException or OrtException)
        {
            throw ScoringException.BadRequest($"The model's answer cannot be read: {e.Message}");
        }
    }

    private static ModelValue ValueOf(ModelAnswer answer, string name)
    {
        var at = answer.Names.ToList().IndexOf(name);
        return at >= 0 ? answer.Values[at] : throw ScoringException.BadRequest($"The model gave no output '{name}'.");
    }

    /// <summary>Columns of the Open Inference Protocol are matrices of one column.</summary>
    private ModelInput Fitted(ModelInput input)
    {
        if (_inputs.Count == 0)
        {
            return _takesTables && !input.IsTable && input.Values.Count > 1 ? new([.. input.Values.Select(v => KeyValuePair.Create(v.Key, AsColumn(v.Value)))], IsTable: true) : input;
        }

        return new([.. input.Values.Select(v => FieldOf(v.Key) is { Type: not ListType } field && input.IsTable
            ? KeyValuePair.Create(field.Name, AsColumn(v.Value))
            : KeyValuePair.Create(FieldOf(v.Key)?.Name ?? v.Key, v.Value))], input.IsTable);
    }

    private SignatureField? FieldOf(string port) => _inputs.FirstOrDefault(f => f.Name == port || NameOf(f, "input") == port);

    private static Tensor AsColumn(Tensor tensor) => tensor.Shape is [var rows, 1] ? tensor with { Shape = [rows] } : tensor;

    private static string NameOf(SignatureField field, string unnamed) => field.HasName ? field.Name : $"{unnamed}-{field.Name[1..]}";

    private static ModelPort PortOf(SignatureField field, string unnamed) => new(NameOf(field, unnamed), field.Type switch
    {
        TensorType tensor => new PortType.OfTensor(TypeNames.OfNumpy(tensor.Element), tensor.Shape, []),
        ListType { Item: PlainType item } => new PortType.OfTensor(TypeNames.OfColumn(item.Name), [-1, -1], []),
        PlainType plain when TypeNames.OfColumn(plain.Name) is var type and not ElementType.Undefined => new PortType.OfTensor(type, [-1, 1], []),
        _ => new PortType.Other(),
    })
    {
        IsOptional = !field.Required,
        IsColumn = field.Type is PlainType,
    };
}
