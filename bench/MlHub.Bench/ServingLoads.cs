using System.Diagnostics;
using MlHub.Demo.Onnx;
using MlHub.Scoring.Onnx;

namespace MlHub.Bench;

/// <summary>A boosted forest of 200 trees over eight columns, asked one row at a time: over HTTP, and by the bare call of the runtime.</summary>
internal sealed class ServingLoads(HubProcess hub, BenchOptions options)
{
    public IEnumerable<Figures> All()
    {
        var onnx = ServedForest.Onnx(7);
        var forest = new ServedForest(hub, "forest");
        forest.Register(onnx);
        forest.Move("1", "Production");
        forest.Serve();
        Console.WriteLine($"the served forest answers {forest.Answer("Production")}");
        yield return Bare(onnx);
        foreach (var figures in Load.RunAll(hub, "one row over HTTP", 0.5, options.Length, _ => forest.Request("Production")))
        {
            yield return figures;
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
            [new(OnnxModel.InputName, new Tensor(ElementType.Float, [1, ServedForest.Columns.Length], ServedForest.Columns.Select((_, i) => i / 10f).ToArray()))];
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
