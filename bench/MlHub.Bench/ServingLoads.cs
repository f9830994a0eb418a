using System.Diagnostics;
using System.Text;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;
using MlHub.Scoring.Onnx;

namespace MlHub.Bench;

/// <summary>A boosted forest of 200 trees over eight columns, asked one row at a time: over HTTP, and by the bare call of the runtime.</summary>
/// <param name="hub">The hub.</param>
/// <param name="options">How long.</param>
/// <param name="model">The name under which it is registered.</param>
internal sealed class ServingLoads(HubProcess hub, BenchOptions options, string model = "forest")
{
    private const int Trees = 200, Depth = 4;
    private static readonly string[] Columns = [.. Enumerable.Range(0, 8).Select(i => $"c{i}")];

    public IEnumerable<Figures> All()
    {
        var onnx = OnnxModel.Write(Forest(), Columns);
        var row = string.Join(", ", Columns.Select((_, i) => $"0.{i}"));
        var names = string.Join(", ", Columns.Select(c => $"\"{c}\""));
        var request = RawConnection.Request("POST", $"/model/{model}/Production/invocations", $$$"""{"dataframe_split": {"columns": [{{{names}}}], "data": [[{{{row}}}]]}}""");
        Serve();
        WaitFor(request);
        yield return Bare(onnx);
        foreach (var figures in Load.RunAll(hub, "one row over HTTP", 0.5, options.Length, _ => request))
        {
            yield return figures;
        }
    }

    /// <summary>Registers the model, puts it in Production and has it served.</summary>
    public void Serve() => Register(OnnxModel.Write(Forest(), Columns));

    /// <summary>The call of the runtime in this process, on one thread, in milliseconds.</summary>
    private Figures Bare(byte[] onnx)
    {
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, onnx);
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        OrtRuntime.Start(Path.Combine(cache, "mlhub", "onnxruntime", "1.30.0", "libonnxruntime.so.1"));
        using var session = new OrtSession(file);
        File.Delete(file);
        KeyValuePair<string, ModelValue>[] input = [new(OnnxModel.InputName, new Tensor(ElementType.Float, [1, Columns.Length], Columns.Select((_, i) => i / 10f).ToArray()))];
        List<double> times = [];
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < 2 * options.Length;)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(input, [OnnxModel.OutputName]);
            if (watch.Elapsed > options.Length)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        times.Sort();
        return new("the runtime's bare call", 1, times.Count / options.Length.TotalSeconds, At(0.5), At(0.95), At(0.99), times.Average(), 0.5, 0);

        double At(double share) => times[(int)((times.Count - 1) * share)];
    }

    private void Register(byte[] onnx)
    {
        var runs = new BenchRuns(hub);
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
        HubCalls.Call(hub, "/registered-models/create", $$"""{"name":"{{model}}"}""");
        HubCalls.Call(hub, "/model-versions/create", $$"""{"name":"{{model}}","source":"runs:/{{run}}/model","run_id":"{{run}}"}""");
        HubCalls.Call(hub, "/model-versions/transition-stage", $$"""{"name":"{{model}}","version":"1","stage":"Production"}""");
        using var connection = new RawConnection(hub.Port);
        Require(connection.Send(RawConnection.Request("POST", "/api/2.0/mlhub/serving/enable", $$"""{"name":"{{model}}"}""")).Status);

        void Upload(string name, byte[] bytes)
        {
            using var upload = new RawConnection(hub.Port);
            Require(upload.Upload($"/api/2.0/mlflow-artifacts/artifacts/{runs.Experiment}/{run}/artifacts/model/{name}", bytes, 1));
        }
    }

    private void WaitFor(byte[] request)
    {
        using var connection = new RawConnection(hub.Port);
        var (status, answer) = connection.Send(request);
        Console.WriteLine($"the served forest answers {answer}");
        Require(status);
    }

    private static TreeEnsemble Forest()
    {
        var random = new Random(7);
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
