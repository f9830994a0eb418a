using System.Text;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>MLflow's scoring protocol over HTTP, answered by a worker process.</summary>
public sealed class InvocationTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Every_form_of_rows_is_answered_in_rows()
    {
        string[] forms =
        [
            """{"dataframe_split": {"columns": ["b", "extra", "a"], "data": [[2, "x", 1.5], [3, "y", 4]], "index": [0, 1]}}""",
            """{"dataframe_records": [{"a": 1.5, "b": 2}, {"b": 3, "a": 4}], "params": {"unknown": 1}}""",
            """{"instances": [{"a": 1.5, "b": 2}, {"b": 3, "a": 4}]}""",
            """{"inputs": {"a": [1.5, 4], "b": [2, 3]}}""",
            """{"inputs": [[1.5, 2], [4, 3]]}""",
            """{"instances": [[1.5, 2], [4, 3]]}""",
            """{"dataframe_split": {"columns": ["a", "b"], "index": ["x", "y"], "data": [[1.5, 2], [4, 3]]}, "params": null}""",
        ];
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);

        foreach (var form in forms)
        {
            var answer = await hub.Ann.InvokeAsync(model, "1", form);

            Assert.Equal((200, """{"predictions":[{"sum":3.5},{"sum":7}]}"""), (answer.Status, answer.Text));
            Assert.Equal("1", answer.Headers.GetValues("MlHub-Model-Version").Single());
        }
    }

    [Fact]
    public async Task Csv_is_read_by_the_signatures_types()
    {
        const string schema = """[{"type": "long", "name": "whole"}, {"type": "string", "name": "text"}, {"type": "boolean", "name": "truth"}, {"type": "double", "name": "real"}]""";
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo, schema);
        const string csv = "text,whole,truth,real\r\n\"a, \"\"b\"\"\",9007199254740993,True,0.1\r\n05,-1,false,\r\n";

        var answer = await hub.Ann.InvokeAsync(model, "1", new StringContent(csv, Encoding.UTF8, "text/csv"));

        Assert.Equal(
            """{"predictions":[{"whole_out":9007199254740993,"text_out":"a, \"b\"","truth_out":true,"real_out":0.1},{"whole_out":-1,"text_out":"05","truth_out":false,"real_out":null}]}""",
            answer.Text);
    }

    [Fact]
    public async Task One_row_may_come_as_plain_values_and_none_at_all_is_answered_with_none()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);

        var one = await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": 1.5, "b": 2}}""");
        var none = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["a", "b"], "data": []}}""");
        var header = await hub.Ann.InvokeAsync(model, "1", new StringContent("a,b\n", Encoding.UTF8, "text/csv"));

        Assert.Equal(("""{"predictions":[{"sum":3.5}]}""", """{"predictions":[]}""", """{"predictions":[]}"""), (one.Text, none.Text, header.Text));
    }

    [Fact]
    public async Task Columns_may_hold_lists_and_parameters_are_held_against_the_signature()
    {
        const string schema = """[{"type": "array", "items": {"type": "double"}, "name": "x", "required": true}]""";
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean, schema, parameters: """[{"name": "top", "type": "long", "default": 1, "shape": null}]""");

        var good = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"x": [1, 2, 3]}, {"x": [4, 5, 9]}], "params": {"top": 3}}""");
        var wrong = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"x": [1, 2, 3]}], "params": {"top": "many"}}""");

        Assert.Equal("""{"predictions":[{"y":2},{"y":6}]}""", good.Text);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (wrong.Status, wrong.Code));
        Assert.Contains("Incompatible types for param 'top'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensors_are_answered_with_tensors_by_name()
    {
        const string schema = """[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]""";
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean, schema);

        var (bare, rows) = (await hub.Ann.InvokeAsync(model, "1", """{"inputs": [[1, 2, 3], [4, 5, 9]]}"""), await hub.Ann.InvokeAsync(model, "1", """{"instances": [[1, 2, 3]]}"""));
        var frame = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["p", "q", "r"], "data": [[1, 2, 3]]}}""");

        Assert.Equal("""{"predictions":{"y":[[2],[6]]}}""", bare.Text);
        Assert.Equal("""{"predictions":{"y":[[2]]}}""", rows.Text);
        Assert.Equal("""{"predictions":{"y":[[2]]}}""", frame.Text);
    }

    [Fact]
    public async Task A_model_without_a_signature_is_asked_as_its_graph_says()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo);

        var answer = await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"whole": [1], "text": ["ü"], "truth": [true], "real": [1e300]}}""");

        Assert.Equal("""{"predictions":{"whole_out":[1],"text_out":["ü"],"truth_out":[true],"real_out":[1E+300]}}""", answer.Text);
    }

    [Fact]
    public async Task A_matrix_is_made_of_the_columns_in_the_signatures_order()
    {
        const string schema = """[{"type": "double", "name": "p"}, {"type": "long", "name": "q"}, {"type": "float", "name": "r", "required": true}]""";
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean, schema);

        var answer = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"r": 3, "q": 2, "p": 1}]}""");

        Assert.Equal("""{"predictions":[{"y":2}]}""", answer.Text);
    }

    [Fact]
    public async Task Scores_by_class_come_as_an_object_for_each_row()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Classes, """[{"type": "float", "name": "p"}, {"type": "float", "name": "q"}]""");

        var answer = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["p", "q"], "data": [[0.25, 0.75]]}}""");

        Assert.Equal("""{"predictions":[{"scores":{"3":0.25,"7":0.75}}]}""", answer.Text);
    }

    [Fact]
    public async Task The_endpoints_document_tells_the_signature()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles, ServedModelCalls.Example);

        var document = (await hub.Ann.AskAsync(HttpMethod.Get, $"/model/{model}/1/openapi.json")).Json;

        var content = document["paths"]![$"/model/{model}/1/invocations"]!["post"]!["requestBody"]!["content"]!["application/json"]!;
        Assert.Equal("number", (string?)content["schema"]!["oneOf"]![0]!["properties"]!["dataframe_records"]!["items"]!["properties"]!["b"]!["type"]);
        Assert.Equal(1.5, (double)content["example"]!["dataframe_split"]!["data"]![0]![0]!);
    }
}
