using Microsoft.Extensions.DependencyInjection;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>What comes over HTTP is what the runtime computes, to the last bit.</summary>
public sealed class LastBitTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const int Rows = 500;

    [Fact]
    public async Task Predictions_are_the_runtimes_own()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean);
        var random = new Random(11);
        var numbers = Enumerable.Range(0, Rows * 3).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20)))).ToArray();

        var answer = await hub.Ann.InvokeAsync(model, "1", new { inputs = numbers.Chunk(3) });

        var served = answer.Json["predictions"]!["y"]!.AsArray().Select(row => (float)row![0]!).ToArray();
        Assert.Equal(Bare(OnnxModels.Mean, numbers).Select(BitConverter.SingleToInt32Bits), served.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public async Task A_worker_has_no_network_and_nothing_of_the_hubs_environment()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [[3]], "b": [[4]]}}""");
        var process = (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;

        var environment = (await File.ReadAllTextAsync($"/proc/{process}/environ")).Split('\0').Select(v => v.Split('=')[0]).Where(n => n.Length > 0);
        Assert.DoesNotContain(environment, n => !n.StartsWith("DOTNET_", StringComparison.Ordinal) && n is not ("PATH" or "HOME" or "LANG" or "LC_ALL" or "TMPDIR" or "LD_LIBRARY_PATH"));
        if (hub.Services.GetRequiredService<Sandbox>().HasNoNetwork)
        {
            Assert.NotEqual(File.ResolveLinkTarget("/proc/self/ns/net", false)!.Name, File.ResolveLinkTarget($"/proc/{process}/ns/net", false)!.Name);
        }

        Assert.Contains("Max core file size        0                    0", await File.ReadAllTextAsync($"/proc/{process}/limits"), StringComparison.Ordinal);
    }

    private float[] Bare(byte[] onnx, float[] numbers)
    {
        OrtRuntime.Start(hub.Services.GetRequiredService<ServingSettings>().Library!);
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, onnx);
        using var session = new OrtSession(file);
        File.Delete(file);
        return (float[])((Tensor)session.Run([new("x", new Tensor(ElementType.Float, [numbers.Length / 3, 3], numbers))], ["y"])[0]).Data;
    }
}
