using System.Buffers.Binary;
using System.Text;
using MlHub.Scoring;
using MlHub.Scoring.Signatures;
using MlHub.Serving.Capture;

namespace MlHub.Core.Tests.Serving.Capture;

/// <summary>What is kept of a request and its answer where the values of a column, <c>ssn</c>, are not to be.</summary>
public sealed class KeptRequestTests
{
    private const string Columns = """[{"type": "double", "name": "a"}, {"type": "long", "name": "SSN"}]""",
        Tensors = """[{"type": "tensor", "name": "x", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}, {"type": "tensor", "name": "ssn", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]""";

    public static TheoryData<string, string, string?> Invocations => new()
    {
        { Columns, """{"dataframe_split": {"columns": ["a", "SSN"], "index": [078], "data": [[1, 78051120]]}}""", null },
        { Columns, """{"dataframe_split": {"columns": ["a", "SSN"], "data": [[1, 078051120]]}}""", null },
        { Columns, """{"dataframe_split": {"columns": ["a", "SSN"], "index": ["078051120"], "data": [[1, "078051120"]]}, "by": "078051120"}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""" },
        { Columns, """{"dataframe_split": {"columns": ["a", " ssn "], "data": [[1, "078051120"]]}}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":[" ssn "]}""" },
        { Columns, """{"dataframe_split": {"columns": ["a", "078051120"], "data": [[1, 2]]}}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]}}""" },
        { Columns, """{"dataframe_split": {"data": [[1, "078051120"]]}}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""" },
        { Columns, """{"dataframe_split": {"columns": [["a"], ["SSN"]], "data": [[1, "078051120"]]}}""", null },
        { Columns, """{"dataframe_records": [{"a": 1, "SSN": "078051120"}, {"a": {"deep": [{"Ssn": "078051120", "b": 2}]}}]}""", """{"dataframe_records":[{"a":1},{"a":{"deep":[{"b":2}]}}],"redacted":["SSN","Ssn"]}""" },
        { Columns, """{"dataframe_records": [{"a": 1, "SSN": 1, "SSN": "078051120"}]}""", """{"dataframe_records":[{"a":1}],"redacted":["SSN"]}""" },
        { Columns, """{"instances": [{"a": 1, "SSN": "078051120", "078051120": 2}]}""", """{"instances":[{"a":1}],"redacted":["SSN"]}""" },
        { Columns, """{"instances": [[1, "078051120"]]}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""" },
        { Columns, """{"inputs": [[1, "078051120"], [2, "078051120", 3]]}""", null },
        { Columns, """{"inputs": {"a": [1], "SSN": ["078051120"]}, "params": {"ssn": "078051120", "k": 1}}""", """{"inputs":{"a":[1]},"params":{"k":1},"redacted":["SSN","ssn"]}""" },
        { Tensors, """{"inputs": {"x": [[1, 2]], "ssn": [78051120]}}""", """{"inputs":{"x":[[1,2]]},"redacted":["ssn"]}""" },
        { Tensors, """{"inputs": [[1, 78051120]]}""", null },
        { "[]", """{"inputs": {"x": [[1, 78051120]]}}""", null },
        { "[]", """{"inputs": {"x": [[1], [2]], "ssn": [[78051120]]}}""", """{"inputs":{"x":[[1],[2]]},"redacted":["ssn"]}""" },
        { "[]", """{"dataframe_split": {"columns": ["1", "078051120"], "data": [[1, 2]]}}""", null },
        { "[]", """{"dataframe_split": {"columns": ["a", "ssn"], "data": [[1, "078051120"]]}}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["ssn"]}""" },
        { "[]", """{"inputs": {"x": 1}, "instances": ["078051120"]}""", null },
    };

    [Theory]
    [MemberData(nameof(Invocations))]
    public void An_invocation_is_kept_without_the_column_or_not_at_all(string signature, string sent, string? kept) =>
        RequireKept(kept, KeptRequest.OrNull(RequestForm.InvocationJson, Encoding.UTF8.GetBytes(sent), With(signature)));

    [Theory]
    [InlineData(Columns, "a,SSN,other\n1,078051120,078051120\n", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""")]
    [InlineData(Columns, "1,078051120\n2,078051120\n", """{"dataframe_split":{"columns":[],"data":[[]]}}""")]
    [InlineData("[]", "1,078051120\n2,078051120\n", null)]
    [InlineData("[]", "a,ssn\nx,078051120\n2,\n", """{"dataframe_split":{"columns":["a"],"data":[["x"],["2"]]},"redacted":["ssn"]}""")]
    [InlineData("[]", "a,ssn\n1,\"078051120", null)]
    public void So_is_a_table(string signature, string sent, string? kept) =>
        RequireKept(kept, KeptRequest.OrNull(RequestForm.InvocationCsv, Encoding.UTF8.GetBytes(sent), With(signature)));

    [Theory]
    [InlineData(Columns, """{"inputs": [{"name": "matrix", "shape": [1, 2], "datatype": "FP64", "data": [1, 78051120]}]}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""")]
    [InlineData(Columns, """{"inputs": [{"name": "SSN", "shape": [1], "datatype": "INT64", "data": [78051120]}, {"name": "a", "shape": [1, 1], "datatype": "FP32", "data": [[1]]}], "id": "078051120"}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]},"redacted":["SSN"]}""")]
    [InlineData("[]", """{"inputs": [{"name": "matrix", "shape": [1, 2], "datatype": "FP64", "data": [1, 78051120]}]}""", null)]
    [InlineData("[]", """{"inputs": [{"name": "matrix", "shape": [1, 1], "datatype": "BYTES", "data": ["x"]}, {"name": "ssn", "shape": [1], "datatype": "BYTES", "data": ["078051120"]}]}""", """{"inputs":{"matrix":[["x"]]},"redacted":["ssn"]}""")]
    [InlineData("[]", """{"inputs": [{"name": "a", "shape": [0, 2000000000], "datatype": "FP64", "data": []}]}""", null)]
    [InlineData("[]", """{"inputs": [{"name": "a", "shape": [1], "datatype": "ODD", "data": [1]}]}""", null)]
    [InlineData("[]", "{}", null)]
    public void And_a_request_of_the_inference_protocol(string signature, string sent, string? kept)
    {
        var body = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(sent)];
        BinaryPrimitives.WriteInt32LittleEndian(body, body.Length - sizeof(int));
        Encoding.UTF8.GetBytes(sent, body.AsSpan(sizeof(int)));

        RequireKept(kept, KeptRequest.OrNull(RequestForm.Inference, body, With(signature)));
    }

    [Theory]
    [InlineData("""{"predictions": [{"price": 1, "ssn": "078051120"}]}""", """{"predictions":[{"price":1}]}""")]
    [InlineData("""{"predictions": {"ssn": ["078051120"], "price": [1]}}""", """{"predictions":{"price":[1]}}""")]
    [InlineData("""{"outputs": [{"name": "ssn", "shape": [1], "datatype": "BYTES", "data": ["078051120"]}, {"name": "price", "data": [1]}]}""", """{"outputs":[{"name":"price","data":[1]}]}""")]
    [InlineData("""{"predictions": ["078051120"]}""", "null")]
    [InlineData("078051120 is no JSON", "null")]
    public void An_answer_is_kept_without_the_output(string answer, string kept)
    {
        var redaction = new Redaction(["ssn"], [], SignatureField.ReadAll("""[{"type": "string", "name": "ssn"}]"""));

        Assert.Equal(kept, Encoding.UTF8.GetString(KeptAnswer.Of(new(200, Encoding.UTF8.GetBytes(answer)), redaction)));
    }

    private static Redaction With(string signature) => new(["ssn"], SignatureField.ReadAll(signature), []);

    private static void RequireKept(string? expected, byte[]? kept)
    {
        var text = kept is null ? null : Encoding.UTF8.GetString(kept);
        Assert.DoesNotContain("78051120", text ?? "", StringComparison.Ordinal);
        Assert.Equal(expected, text);
    }
}
