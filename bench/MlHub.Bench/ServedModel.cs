using System.Text;

namespace MlHub.Bench;

/// <summary>A model that is served and asked the same again and again.</summary>
internal sealed class ServedModel
{
    private readonly HubProcess _hub;
    private readonly string _name;
    private readonly string _inputs;
    private readonly string _body;

    /// <param name="hub">Who serves it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">Its signature's inputs, JSON as in the file MLmodel.</param>
    /// <param name="body">What it is asked, JSON.</param>
    public ServedModel(HubProcess hub, string name, string inputs, string body)
    {
        (_hub, _name, _inputs, _body) = (hub, name, inputs, body);
        HubCalls.Call(hub, "/registered-models/create", $$"""{"name":"{{name}}"}""");
    }

    /// <summary>To a version or stage.</summary>
    public byte[] Request(string selector) => RawConnection.Request("POST", $"/model/{_name}/{selector}/invocations", _body);

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
              inputs: '{{_inputs}}'
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

    /// <summary>So many rows of several requests are computed together.</summary>
    public void Batch(int rows) => HubCalls.Hub(_hub, "/serving/settings", $$"""{"name":"{{_name}}","batch_rows":{{rows}},"batch_delay_ms":0}""");

    /// <summary>What it says, once it is loaded.</summary>
    public string Answer(string selector)
    {
        using var connection = new RawConnection(_hub.Port);
        var (status, answer) = connection.Send(Request(selector));
        Require(status);
        return answer;
    }

    private static void Require(int status)
    {
        if (status != 200)
        {
            throw new InvalidOperationException($"A call was answered {status}.");
        }
    }
}
