using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.OpenInference;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring;

/// <summary>A loaded model that answers requests of both protocols, from any number of threads.</summary>
public sealed class ScoredModel : IDisposable
{
    private readonly OrtSession _session;
    private readonly ModelPlan _plan;
    private readonly SchemaEnforcement _schema;
    private readonly IReadOnlyList<SignatureField> _parameters;
    private readonly GraphFeed _feed;
    private readonly IReadOnlyList<string> _outputs;

    /// <summary>ONNX Runtime must have been started.</summary>
    /// <exception cref="OrtException">Where the file is no model that can be loaded.</exception>
    /// <exception cref="ScoringException">Where its inputs are nothing that a caller could send.</exception>
    public ScoredModel(ModelPlan plan)
    {
        _plan = plan;
        _session = new(plan.File);
        try
        {
            _schema = new(SignatureField.ReadAll(plan.Inputs), _session.Inputs);
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        _parameters = SignatureField.ReadAll(plan.Parameters);
        _feed = new(_session.Inputs);
        _outputs = [.. _session.Outputs.Select(p => p.Name)];
    }

    public ModelDescription Description => new(OrtRuntime.Version, [.. _session.Inputs.Select(Describe)], [.. _session.Outputs.Select(Describe)]);

    /// <summary>Never throws for what a caller sent.</summary>
    public ScoringAnswer Answer(RequestForm form, ReadOnlyMemory<byte> body)
    {
        var isInference = form == RequestForm.Inference;
        try
        {
            var answer = form switch
            {
                RequestForm.InvocationCsv => Invoke(new Sent.Frame(CsvTable.Read(body.Span))),
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
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half of a character, \ud800 alone, is well-formed JSON and no text.
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

    public void Dispose() => _session.Dispose();

    private ScoringAnswer InvokeJson(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var sent = InvocationBody.Read(document.RootElement);
        ParameterRules.Check(_parameters, document.RootElement);
        return Invoke(sent);
    }

    private ScoringAnswer Invoke(Sent sent)
    {
        var input = _schema.Apply(sent);
        var values = _session.Run(_feed.Of(input), _outputs);
        return ScoringAnswer.Of(200, json => InvocationAnswer.Write(json, input, _session.Outputs, values));
    }

    private ScoringAnswer Infer(ReadOnlyMemory<byte> body)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        using var document = JsonDocument.Parse(body.Slice(sizeof(int), length));
        var request = InferenceRequest.Read(document.RootElement, body.Span[(sizeof(int) + length)..], _session.Inputs);
        var wanted = request.Outputs.Count > 0 ? [.. request.Outputs.Select(o => o.Name)] : _outputs;
        return wanted.FirstOrDefault(w => !_outputs.Contains(w)) is { } unknown
            ? ScoringAnswer.InferenceRefusal(400, $"The model has no output '{unknown}'.")
            : InferenceAnswer.Of((_plan.Model, _plan.Version), request, wanted, _session.Run(request.Inputs, wanted));
    }

    private static ScoringAnswer Refuse(bool isInference, int status, string code, string message) =>
        isInference ? ScoringAnswer.InferenceRefusal(status, message) : ScoringAnswer.Refusal(status, code, message);

    private static string Beginning(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 200)]);

    private static PortDescription Describe(ModelPort port) => port.Type is PortType.OfTensor tensor
        ? new(port.Name, tensor.Element.ToInference(), tensor.Shape)
        : new(port.Name, ElementType.String.ToInference(), [1]);
}
