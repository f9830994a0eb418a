using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.OpenInference;
using MlHub.Scoring.Python;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring;

/// <summary>A loaded model that answers requests of both protocols, from any number of threads.</summary>
public sealed class ScoredModel : IDisposable
{
    private readonly LoadedModel _model;
    private readonly ModelPlan _plan;
    private readonly SchemaEnforcement _schema;
    private readonly IReadOnlyList<SignatureField> _parameters;

    /// <exception cref="OrtException">Where the file is no model that can be loaded.</exception>
    /// <exception cref="ScoringException">The same, and where its inputs are nothing that a caller could send.</exception>
    public ScoredModel(ModelPlan plan)
    {
        _plan = plan;
        _model = plan.Python is { } python ? new PythonModel(plan, python) : new OnnxModel(plan.File);
        try
        {
            _schema = new(SignatureField.ReadAll(plan.Inputs), _model);
        }
        catch
        {
            _model.Dispose();
            throw;
        }

        _parameters = SignatureField.ReadAll(plan.Parameters);
    }

    public ModelDescription Description => new(_model.Runtime, [.. (_model.Inputs ?? []).Select(Describe)], [.. _model.Outputs.Select(Describe)]) { Platform = _model.Platform };

    /// <summary>Never throws for what a caller sent.</summary>
    public ScoringAnswer Answer(RequestForm form, ReadOnlyMemory<byte> body)
    {
        var isInference = form == RequestForm.Inference;
        try
        {
            var answer = form switch
            {
                RequestForm.InvocationCsv => Invoke(new Sent.Frame(CsvTable.Read(body.Span)), null),
                RequestForm.InvocationJson => InvokeJson(body),
                RequestForm.Inference => Infer(body),
                _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
            };
            return answer.Body.Length <= _plan.AnswerBytes ? answer : Refuse(isInference, 400, "BAD_REQUEST", $"The answer would have {answer.Body.Length} bytes, more than the {_plan.AnswerBytes} that are sent. Ask for fewer rows.");
        }
        catch (ScoringException e)
        {
            return Refuse(isInference, e.Status, e.Code, e.Message);
        }
        catch (JsonException e)
        {
            return Refuse(isInference, 400, "BAD_REQUEST", $"Invalid input. Ensure that input is a valid JSON formatted string. Error: '{e.Message}'. Input: \n{Beginning(body.Span)}\n");
        }
        catch (OrtException e)
        {
            return Refuse(
                isInference, 400, "BAD_REQUEST",
                $"Encountered an unexpected error while evaluating the model. Verify that the input is compatible with the model for inference. Error: '{e.Message}'");
        }
        catch (OutOfMemoryException)
        {
            return Refuse(isInference, 400, "BAD_REQUEST", "The request needs more memory than the model may take. Ask for fewer rows.");
        }
    }

    public void Dispose() => _model.Dispose();

    private ScoringAnswer InvokeJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var sent = InvocationBody.Read(document.RootElement);
        return Invoke(sent, ParameterRules.Checked(_parameters, document.RootElement));
    }

    private ScoringAnswer Invoke(Sent sent, JsonElement? parameters)
    {
        var answer = _model.Run(_schema.Apply(sent), parameters, wanted: null);
        return ScoringAnswer.Of(200, json => InvocationAnswer.Write(json, answer));
    }

    private ScoringAnswer Infer(ReadOnlyMemory<byte> body)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        using var document = JsonDocument.Parse(body.Slice(sizeof(int), length));
        var request = InferenceRequest.Read(document.RootElement, body.Span[(sizeof(int) + length)..], _model.Inputs);
        List<string>? wanted = request.Outputs.Count > 0 ? [.. request.Outputs.Select(o => o.Name)] : null;
        return wanted?.Find(w => _model.Outputs.Count > 0 && _model.Outputs.All(o => o.Name != w)) is { } unknown
            ? ScoringAnswer.InferenceRefusal(400, $"The model has no output '{unknown}'.")
            : InferenceAnswer.Of((_plan.Model, _plan.Version), request, _model.Run(new(request.Inputs, _schema.TakesColumns), null, wanted));
    }

    private static ScoringAnswer Refuse(bool isInference, int status, string code, string message) =>
        isInference ? ScoringAnswer.InferenceRefusal(status, message) : ScoringAnswer.Refusal(status, code, message);

    private static string Beginning(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 200)]);

    private static PortDescription Describe(ModelPort port) => port.Type is PortType.OfTensor tensor
        ? new(port.Name, tensor.Element.ToInference(), tensor.Shape)
        : new(port.Name, ElementType.String.ToInference(), [1]);
}
