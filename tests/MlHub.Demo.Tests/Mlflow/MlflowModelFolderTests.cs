using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo.Tests.Mlflow;

public sealed class MlflowModelFolderTests
{
    private static readonly MlflowModelFolder Folder = new(
        "run1",
        new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        [1, 2, 3],
        ModelColumn.Floats(["beds", "sqft"]),
        ModelColumn.Floats(["predicted_price"]),
        [[2, 850.5f]]);

    [Fact]
    public void The_folder_holds_what_mlflow_puts_into_a_model_folder()
    {
        Assert.Equal(
            ["model/MLmodel", "model/model.onnx", "model/input_example.json", "model/requirements.txt", "model/conda.yaml", "model/python_env.yaml"],
            Folder.Files.Select(file => file.Path));
        Assert.Equal([1, 2, 3], Folder.Files[1].Content);
    }

    [Fact]
    public void The_description_is_yaml_with_flavours_and_signature()
    {
        string yaml = Text("model/MLmodel");

        Assert.StartsWith(
            """
            artifact_path: model
            flavors:
              onnx:
                code: null
                data: model.onnx
                onnx_version: '1.16.2'
                providers:
                - CPUExecutionProvider
              python_function:
                data: model.onnx
                env:
                  conda: conda.yaml
                  virtualenv: python_env.yaml
                loader_module: mlflow.onnx

            """,
            yaml);
        Assert.Contains(
            """
            signature:
              inputs: '[{"type":"float","name":"beds","required":true},{"type":"float","name":"sqft","required":true}]'
              outputs: '[{"type":"float","name":"predicted_price","required":true}]'
              params: null
            utc_time_created: '2026-03-04 05:06:07.000000'

            """,
            yaml);
        Assert.Contains("\nrun_id: run1\n", yaml);
        Assert.Matches("\nmodel_uuid: '?[0-9a-f]{32}'?\n", yaml);
    }

    [Fact]
    public void What_the_server_is_told_says_the_same_as_the_file()
    {
        JsonNode told = JsonNode.Parse(Folder.ToJson())!;

        Assert.Equal("run1", (string?)told["run_id"]);
        Assert.Equal("model.onnx", (string?)told["flavors"]!["onnx"]!["data"]);
        Assert.Contains($"model_uuid: '{told["model_uuid"]}'", Text("model/MLmodel"));
        Assert.Equal("beds", (string?)JsonNode.Parse((string)told["signature"]!["inputs"]!)![0]!["name"]);
    }

    [Fact]
    public void The_input_example_is_a_split_table()
    {
        JsonElement example = JsonDocument.Parse(Text("model/input_example.json")).RootElement;

        Assert.Equal("""{"columns":["beds","sqft"],"data":[[2,850.5]]}""", example.GetRawText());
    }

    private static string Text(string path) => Encoding.UTF8.GetString(Folder.Files.Single(file => file.Path == path).Content);
}
