using System.Text;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;

namespace MlHub.Bench;

/// <summary>A served model whose versions are forests of 200 boosted trees over eight columns each.</summary>
internal sealed class ServedForest
{
    private const int Trees = 200, Depth = 4;

    public static readonly string[] Columns = [.. Enumerable.Range(0, 8).Select(i => $"c{i}")];

    private readonly HubProcess _hub;
    private readonly string _name;

    public ServedForest(HubProcess hub, string name)
    {
        (_hub, _name) = (hub, name);
        HubCalls.Call(hub, "/registered-models/create", $$"""{"name":"{{name}}"}""");
    }

    public static byte[] Onnx(int seed) => OnnxModel.Write(Forest(seed), Columns);

    /// <summary>One row, to a version or stage.</summary>
    public byte[] Request(string selector)
    {
        var row = string.Join(", ", Columns.Select((_, i) => $"0.{i}"));
        var names = string.Join(", ", Columns.Select(c => $"\"{c}\""));
        return RawConnection.Request("POST", $"/model/{_name}/{selector}/invocations", $$$"""{"dataframe_split": {"columns": [{{{names}}}], "data": [[{{{row}}}]]}}""");
    }

    public void Register(byte[] onnx)
    {
        var runs = new BenchRuns(_hub);
        var run = runs.New();
        Upload("model.onnx", onnx);
        Upload("MLmodel", Encoding.UTF8.GetBytes(
            $$"""
            flavors:
              onnx:
                data: model.onnx
            signature:
              inputs: '[{{string.Join(", ", Columns.Select(c => $"{{\"type\": \"double\", \"name\": \"{c}\", \"required\": true}}"))}}]'
            """));
        HubCalls.Call(_hub, "/model-versions/create", $$"""{"name":"{{_name}}","source":"runs:/{{run}}/model","run_id":"{{run}}"}""");

        void Upload(string name, byte[] bytes)
        {
            using var upload = new RawConnection(_hub.Port);
            Require(upload.Upload($"/api/2.0/mlflow-artifacts/artifacts/{runs.Experiment}/{run}/artifacts/model/{name}", bytes, 1));
        }
    }

    public void Move(string version, string stage) => HubCalls.Call(
        _hub, "/model-versions/transition-stage", $$"""{"name":"{{_name}}","version":"{{version}}","stage":"{{stage}}","archive_existing_versions":true}""");

    public void Serve() => HubCalls.Hub(_hub, "/serving/enable", $$"""{"name":"{{_name}}"}""");

    /// <summary>What it says, once it is loaded.</summary>
    public string Answer(string selector)
    {
        using var connection = new RawConnection(_hub.Port);
        var (status, answer) = connection.Send(Request(selector));
        Require(status);
        return answer;
    }

    private static TreeEnsemble Forest(int seed)
    {
        var random = new Random(seed);
        return new(1, [.. Enumerable.Range(0, Trees).Select(_ => new RegressionTree([.. Enumerable.Range(0, (1 << (Depth + 1)) - 1).Select(i => i < (1 << Depth) - 1
            ? TreeNode.Branch(random.Next(Columns.Length), random.NextSingle(), (2 * i) + 1, (2 * i) + 2, 0)
            : TreeNode.Leaf(random.NextDouble()))]))]);
    }

    private static void Require(int status)
    {
        if (status != 200)
        {
            throw new InvalidOperationException($"A call was answered {status}.");
        }
    }
}
