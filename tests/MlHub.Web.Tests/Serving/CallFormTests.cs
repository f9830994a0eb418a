using System.Text.Json.Nodes;
using MlHub.Scoring.Signatures;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A request as a form, there and back.</summary>
public sealed class CallFormTests
{
    private const string Houses = """
        [{"name": "beds", "type": "long", "required": true}, {"name": "price", "type": "double", "required": true}, {"name": "town", "type": "string", "required": true},
         {"name": "sold", "type": "boolean", "required": true}, {"name": "on", "type": "datetime", "required": false}, {"name": "tags", "type": "array", "items": {"type": "string"}, "required": false}]
        """;

    private const string House = """{"dataframe_split": {"columns": ["beds", "price", "town", "sold"], "data": [[3, 1.5, "Folsom", true]]}}""";

    [Theory]
    [InlineData(House)]
    [InlineData("""{"dataframe_records": [{"town": "Folsom", "beds": 3, "price": 1.5, "sold": true}]}""")]
    [InlineData("""{"instances": [{"town": "Folsom", "beds": 3, "price": 1.5, "sold": true, "other": 1}]}""")]
    [InlineData("""{"inputs": {"town": ["Folsom"], "beds": [3], "price": [1.5], "sold": [true]}}""")]
    [InlineData("""{"inputs": [[3, 1.5, "Folsom", true]]}""")]
    public void Every_form_of_the_protocol_fills_it_and_is_written_as_rows(string request)
    {
        var form = Form(Houses);

        Assert.True(form.TryRead(request), form.Objection);

        Assert.Equal(["3", "1.5", "Folsom", "true", "", ""], form.Rows.Single());
        AssertSame(House, form.Write());
    }

    [Fact]
    public void What_is_written_has_the_columns_type_and_what_has_not_is_sent_as_it_is()
    {
        var form = Form(Houses);
        form.Rows[0] = ["9007199254740993", "-1e-3", "7", "false", "2026-01-02T03:04:05", """["a"]"""];
        form.AddRow();
        form.Rows[1] = ["3.5", "dear", "", "perhaps", "", ""];

        AssertSame(
            """
            {"dataframe_split": {"columns": ["beds", "price", "town", "sold", "on", "tags"],
             "data": [[9007199254740993, -1e-3, "7", false, "2026-01-02T03:04:05", ["a"]], [3.5, "dear", "", "perhaps", null, null]]}}
            """,
            form.Write());
        // A number keeps the digits that no double holds.
        Assert.Contains("9007199254740993", form.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_added_and_removed()
    {
        var form = Form(Houses);
        form.TryRead(House);
        form.AddRow();
        form.Rows[1][0] = "4";
        Assert.Equal([3, 4], Data(form).Select(r => (int)r![0]!));

        form.RemoveRow(0);
        Assert.Equal([4], Data(form).Select(r => (int)r![0]!));
        while (form.CanAddRow)
        {
            form.AddRow();
        }

        Assert.Equal(CallForm.MostRows, form.Rows.Count);
    }

    [Fact]
    public void Of_an_example_the_first_row_is_enough_however_many_there_are()
    {
        var form = Form(Houses);
        var example = $$"""{"dataframe_records": [{{string.Join(',', Enumerable.Range(1, 60).Select(i => $$"""{"beds": {{i}}}"""))}}]}""";

        Assert.False(form.TryRead(example));
        Assert.Contains("more than 20 rows", form.Objection, StringComparison.Ordinal);
        Assert.True(form.TryRead(example, onlyFirst: true));
        Assert.Equal("1", Assert.Single(form.Rows)[0]);
    }

    [Theory]
    [InlineData("no json", "not JSON")]
    [InlineData("[]", "no object")]
    [InlineData("{}", "under none of the names")]
    [InlineData("""{"dataframe_split": {"data": []}}""", "no rows")]
    [InlineData("""{"dataframe_split": {"columns": ["beds"], "data": [[[1, 2]]]}}""", "'beds' holds more than one value")]
    [InlineData("""{"dataframe_split": {"data": [3]}}""", "a row is no list")]
    [InlineData("""{"dataframe_records": [{"beds": 1}, 2]}""", "a row is no record")]
    [InlineData("""{"dataframe_records": [{"beds": 1, "beds": 2}]}""", "not JSON")]
    public void What_it_has_no_place_for_leaves_it_as_it_was(string request, string why)
    {
        var form = Form(Houses);
        form.TryRead(House);

        Assert.False(form.TryRead(request));

        Assert.Contains(why, form.Objection, StringComparison.Ordinal);
        AssertSame(House, form.Write());
    }

    [Fact]
    public void Columns_without_names_are_told_by_their_order()
    {
        var form = Form("""[{"type": "double", "required": true}, {"type": "string", "required": true}]""");
        Assert.True(form.TryRead("""{"inputs": [[1, "a"]]}"""));

        AssertSame("""{"dataframe_split": {"data": [[1, "a"]]}}""", form.Write());
    }

    [Theory]
    [InlineData("""[{"name": "x", "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]""", """{"inputs": {"x": [[1, 2]]}}""")]
    [InlineData("""[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]""", """{"inputs": [[1, 2], [3, 4]]}""")]
    public void Tensors_are_fields_of_JSON(string signature, string request)
    {
        var form = Form(signature);

        Assert.True(form.TryRead(request), form.Objection);

        Assert.Equal((CallFieldKind.Json, false), (form.Columns[0].Kind, form.CanAddRow));
        AssertSame(request, form.Write());
    }

    [Fact]
    public void Params_begin_with_their_defaults()
    {
        var form = Form(Houses, """[{"name": "alpha", "type": "double", "default": 0.5}, {"name": "words", "type": "string", "default": "as they come"}, {"name": "list", "type": "long", "default": [1, 2], "shape": [-1]}]""");
        form.TryRead(House);
        Assert.Equal(["0.5", "as they come", "[1,2]"], form.Params);

        form.Params[0] = "";
        AssertSame("""{"words": "as they come", "list": [1, 2]}""", JsonNode.Parse(form.Write())!["params"]!.ToJsonString());
        form.TryRead("""{"inputs": {"beds": [1]}, "params": {"alpha": 2}}""");
        Assert.Equal("2", form.Params[0]);
    }

    [Fact]
    public void Without_a_signature_there_is_none()
    {
        Assert.Null(CallForm.OrNull([]));
        Assert.Null(CallForm.OrNull([(SignaturePart.Inputs, SignatureField.ReadAll($"[{string.Join(',', Enumerable.Range(0, 201).Select(i => $$"""{"name": "c{{i}}", "type": "double"}"""))}]"))]));
    }

    private static CallForm Form(string inputs, string? parameters = null) => CallForm.OrNull(
        parameters is null ? [(SignaturePart.Inputs, SignatureField.ReadAll(inputs))] : [(SignaturePart.Inputs, SignatureField.ReadAll(inputs)), (SignaturePart.Parameters, SignatureField.ReadAll(parameters))])!;

    private static JsonArray Data(CallForm form) => JsonNode.Parse(form.Write())!["dataframe_split"]!["data"]!.AsArray();

    private static void AssertSame(string expected, string actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
