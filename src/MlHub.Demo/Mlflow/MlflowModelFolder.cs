using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlHub.Demo.Mlflow;

/// <summary>An ONNX model in the folder layout of MLflow's model format, which loads as the onnx and the python_function flavour.</summary>
public sealed class MlflowModelFolder(
    string runId,
    DateTimeOffset created,
    byte[] onnx,
    IReadOnlyList<ModelColumn> inputs,
    IReadOnlyList<ModelColumn> outputs,
    IReadOnlyList<float[]> example)
{
    public const string Name = "model";

    private readonly string _uuid = Guid.CreateVersion7(created).ToString("N");

    public IReadOnlyList<ArtifactFile> Files =>
    [
        ArtifactFile.OfText($"{Name}/MLmodel", YamlText.Write(Description())),
        new ArtifactFile($"{Name}/model.onnx", onnx),
        ArtifactFile.OfText($"{Name}/input_example.json", InputExample()),
        ArtifactFile.OfText($"{Name}/requirements.txt", PythonEnvironment.Requirements),
        ArtifactFile.OfText($"{Name}/conda.yaml", PythonEnvironment.Conda),
        ArtifactFile.OfText($"{Name}/python_env.yaml", PythonEnvironment.Virtualenv),
    ];

    /// <summary>What runs/log-model is told: the same facts as in the file MLmodel.</summary>
    public string ToJson() => Description().ToJsonString(MlflowJson.Options);

    private JsonObject Description() => new()
    {
        ["artifact_path"] = Name,
        ["flavors"] = new JsonObject { ["onnx"] = OnnxFlavour(), ["python_function"] = PythonFlavour() },
        ["mlflow_version"] = PythonEnvironment.Mlflow,
        ["model_size_bytes"] = onnx.Length,
        ["model_uuid"] = _uuid,
        ["run_id"] = runId,
        ["saved_input_example_info"] = new JsonObject
        {
            ["artifact_path"] = "input_example.json",
            ["pandas_orient"] = "split",
            ["type"] = "dataframe",
        },
        ["signature"] = new JsonObject
        {
            ["inputs"] = ModelColumn.ToJson(inputs),
            ["outputs"] = ModelColumn.ToJson(outputs),
            ["params"] = null,
        },
        ["utc_time_created"] = created.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
    };

    private static JsonObject OnnxFlavour() => new()
    {
        ["code"] = null,
        ["data"] = "model.onnx",
        ["onnx_version"] = PythonEnvironment.Onnx,
        ["providers"] = new JsonArray("CPUExecutionProvider"),
    };

    private static JsonObject PythonFlavour() => new()
    {
        ["data"] = "model.onnx",
        ["env"] = new JsonObject { ["conda"] = "conda.yaml", ["virtualenv"] = "python_env.yaml" },
        ["loader_module"] = "mlflow.onnx",
        ["python_version"] = PythonEnvironment.Python,
    };

    private string InputExample() => JsonSerializer.Serialize(
        new { columns = inputs.Select(column => column.Name), data = example },
        MlflowJson.Options);
}
