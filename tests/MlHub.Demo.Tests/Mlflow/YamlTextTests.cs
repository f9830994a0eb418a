using System.Text.Json.Nodes;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Tests.Mlflow;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("model.onnx", "model.onnx")]
    [InlineData("2.17", "'2.17'")]
    [InlineData("null", "'null'")]
    [InlineData("Yes", "'Yes'")]
    [InlineData("", "''")]
    [InlineData("it's: here", "'it''s: here'")]
    public void A_text_is_quoted_where_it_could_be_read_as_something_else(string text, string yaml)
    {
        Assert.Equal($"key: {yaml}\n", YamlText.Write(new JsonObject { ["key"] = text }));
    }

    [Fact]
    public void Empty_objects_numbers_and_truths_are_written_in_place()
    {
        var root = new JsonObject { ["none"] = new JsonObject(), ["size"] = 12, ["signed"] = true, ["gone"] = null };

        Assert.Equal("none: {}\nsize: 12\nsigned: true\ngone: null\n", YamlText.Write(root));
    }
}
