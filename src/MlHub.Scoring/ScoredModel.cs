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
    private readonly JoinedRuns? _joined;

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
        _joined = plan.BatchRows > 1 && _model.TakesAnyRows
            ? new JoinedRuns(_model.Run, plan.BatchRows, TimeSpan.FromMilliseconds(plan.BatchDelayMilliseconds), Console.Error.WriteLine).Start(Math.Max(1, plan.Threads))
            : null;
    }

    public ModelDescription Description => new(_model.Runtime, [.. (_model.Inputs ?? []).Select(Describe)], [.. _model.Outputs.Select(Describe)]) { Platform = _model.Platform };

    /// <summary>Never throws for what a caller sent.</summary>
    /// <param name="form">What the body is.</param>
    /// <param name="body">The request.</param>
    /// <param name="tell">Is told the answer: before this returns, or later on another thread where requests are computed together.</param>
    public void Answer(RequestForm form, ReadOnlyMemory<byte> body, Action<ScoringAnswer> tell)
    {
        ModelRequest request;
        try
        {
            request = Read(form, body);
        }
        catch (Exception e) when (RefusalOrNull(e, form, body) is { } refusal)
        {
            // Found out before its rows meet those of others.
            tell(refusal);
            return;
        }

        if (_joined is null)
        {
            tell(AnswerOf(() => _model.Run(request.Input, request.Parameters, request.Wanted)));
        }
        else
        {
            _joined.Add(request, answer => tell(AnswerOf(answer)));
        }

        ScoringAnswer AnswerOf(Func<ModelAnswer> given)
        {
            try
            {
                var answer = request.Answer(given());
                return answer.Body.Length <= _plan.AnswerBytes
                    ? answer
                    : Refuse(form, 400, "BAD_REQUEST", $"The answer would have {answer.Body.Length} bytes, more than the {_plan.AnswerBytes} that are sent. Ask for fewer rows.");
            }
            catch (Exception e) when (RefusalOrNull(e, form, body) is { } refusal)
            {
                return refusal;
            }
        }
    }

    public void Dispose()
    {
        _joined?.Dispose();
        _model.Dispose();
    }

    private ModelRequest Read(RequestForm form, ReadOnlyMemory<byte> body) => form switch
    {
        RequestForm.InvocationCsv => Invocation(new Sent.Frame(CsvTable.Read(body.Span)), null),
        RequestForm.InvocationJson => InvocationJson(body),
        RequestForm.Inference => Inference(body),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
    };

    private ModelRequest InvocationJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var sent = InvocationBody.Read(document.RootElement);
        return Invocation(sent, ParameterRules.Checked(_parameters, document.RootElement)?.Clone());
    }

    private ModelRequest Invocation(Sent sent, JsonElement? parameters) =>
        new(_schema.Apply(sent), parameters, Wanted: null, answer => ScoringAnswer.Of(200, json => InvocationAnswer.Write(json, answer)));

    private ModelRequest Inference(ReadOnlyMemory<byte> body)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        using var document = JsonDocument.Parse(body.Slice(sizeof(int), length));
        var request = InferenceRequest.Read(document.RootElement, body.Span[(sizeof(int) + length)..], _model.Inputs);
        List<string>? wanted = request.Outputs.Count > 0 ? [.. request.Outputs.Select(o => o.Name)] : null;
        return wanted?.Find(w => _model.Outputs.Count > 0 && _model.Outputs.All(o => o.Name != w)) is { } unknown
            ? throw ScoringException.BadRequest($"The model has no output '{unknown}'.")
            : new(new(request.Inputs, _schema.TakesColumns), Parameters: null, wanted, answer => InferenceAnswer.Of((_plan.Model, _plan.Version), request, answer));
    }

    /// <summary>Null for what is no fault of the caller or the model.</summary>
    private static ScoringAnswer? RefusalOrNull(Exception e, RequestForm form, ReadOnlyMemory<byte> body) => e switch
    {
        ScoringException scoring => Refuse(form, scoring.Status, scoring.Code, scoring.Message),
        // Half of a character, \ud800 alone, is well-formed JSON and no text.
        JsonException or (InvalidOperationException and not ObjectDisposedException) => Refuse(
            form, 400, "BAD_REQUEST", $"Invalid input. Ensure that input is a valid JSON formatted string. Error: '{e.Message}'. Input: \n{Beginning(body.Span)}\n"),
        OrtException => Refuse(
            form, 400, "BAD_REQUEST", $"Encountered an unexpected error while evaluating the model. Verify that the input is compatible with the model for inference. Error: '{e.Message}'"),
        OutOfMemoryException => Refuse(form, 400, "BAD_REQUEST", "The request needs more memory than the model may take. Ask for fewer rows."),
        _ => null,
    };

    private static ScoringAnswer Refuse(RequestForm form, int status, string code, string message) =>
        form == RequestForm.Inference ? ScoringAnswer.InferenceRefusal(status, message) : ScoringAnswer.Refusal(status, code, message);

    private static string Beginning(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 200)]);

    private static PortDescription Describe(ModelPort port) => port.Type is PortType.OfTensor tensor
        ? new(port.Name, tensor.Element.ToInference(), tensor.Shape)
        : new(port.Name, ElementType.String.ToInference(), [1]);
}
