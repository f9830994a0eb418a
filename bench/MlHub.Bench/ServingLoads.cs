using System.Diagnostics;
using MlHub.Scoring.Onnx;
using OnnxModel = MlHub.Demo.Onnx.OnnxModel;

namespace MlHub.Bench;

/// <summary>
/// A boosted forest of 200 trees over eight columns, asked one row at a time: over HTTP, and by the bare call of the runtime. Then a network
/// of which many ask at once: each request computed alone, and with others.
/// </summary>
internal sealed class ServingLoads(HubProcess hub, BenchOptions options)
{
    private const int Layers = 3, Width = 1024;

    public IEnumerable<Figures> All()
    {
        var onnx = BoostedForest.Onnx(7);
        var forest = BoostedForest.On(hub, "forest");
        forest.Register(onnx);
        forest.Move("1", "Production");
        forest.Serve();
        Console.WriteLine($"the served forest answers {forest.Answer("Production")}");
        yield return Bare(onnx);
        foreach (var figures in Load.RunAll(hub, "one row over HTTP", 0.5, options.Length, _ => forest.Request("Production")))
        {
            yield return figures;
        }

        var network = new ServedModel(
            hub, "network", $"[{{\"type\": \"tensor\", \"name\": \"x\", \"tensor-spec\": {{\"dtype\": \"float32\", \"shape\": [-1, {Width}]}}}}]",
            $$"""{"inputs": {"x": [[{{string.Join(", ", Enumerable.Repeat("0.5", Width))}}]]} }""");
        network.Register(DenseModel.Write(Layers, Width));
        network.Move("1", "Production");
        network.Serve();
        foreach (var (name, rows) in new[] { ("a network, each request alone", 1), ("a network, up to 32 rows together", 32) })
        {
            network.Batch(rows);
            network.Answer("Production");
            yield return Load.Run(hub, name, 10, 32, options.Length, _ => network.Request("Production"));
        }
    }

    /// <summary>The call of the runtime in this process, on one thread, in milliseconds.</summary>
    private Figures Bare(byte[] onnx)
    {
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, onnx);
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        OrtRuntime.Start(Path.Combine(cache, "mlhub", "onnxruntime", "1.30.0", "libonnxruntime.so.1"));
        using var session = new OrtSession(file);
        File.Delete(file);
        KeyValuePair<string, ModelValue>[] input =
            [new(OnnxModel.InputName, new Tensor(ElementType.Float, [1, BoostedForest.Columns.Length], BoostedForest.Columns.Select((_, i) => i / 10f).ToArray()))];
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
}
