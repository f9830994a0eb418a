using System.Text.Json.Nodes;
using MlHub.Testing.Databases;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Capture;

/// <summary>A process that is killed while requests are kept and replayed leaves nothing half done, and the duel is fought after all.</summary>
public sealed class CaptureKillTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-capture-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task What_was_kept_is_whole_and_a_duel_goes_on_after_a_kill()
    {
        string model;
        int kept;
        using (var hub = Start())
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            model = await client.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
            await client.GivenOnnxVersionAsync(model, OnnxModels.Product, ServedModelCalls.TwoDoubles);
            await client.MoveAsync(model, "1", "Production");
            await client.SetCaptureAsync(model);
            var asking = Enumerable.Range(0, 400).Select(i => AskAsync(client, model, i)).ToList();
            await client.CapturedAsync(model, until: n => n >= 50);
            await client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/duel", new { name = model, version = "2" });
            kept = (int)(await client.CaptureAsync(model))["requests"]!;
            hub.Kill();
            await Task.WhenAll(asking);
        }

        using (var hub = Start())
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            Assert.InRange((int)(await client.CaptureAsync(model))["requests"]!, kept, 400);
            foreach (var request in await client.CapturedAsync(model))
            {
                var sent = (int)request!["request"]!["inputs"]!["a"]![0]!;
                Assert.Equal(sent + 2, (int)request["answer"]!["predictions"]![0]!["sum"]!);
            }

            JsonNode? check = null;
            await Eventually.TrueAsync(
                async () => (string?)(check = (await client.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/checks/list?name={model}&version=2")).Json["checks"]!.AsArray().Single())!["state"] != "pending",
                TimeSpan.FromSeconds(60));
            Assert.Contains("equal to those of version 1", (string?)check!["summary"], StringComparison.Ordinal);
            await hub.StopAsync();
        }

        Assert.Equal("ok", await OlderDatabase.AskAsync(Path.Combine(_data, "mlhub.db"), "PRAGMA integrity_check"));
    }

    private static async Task AskAsync(HttpClient client, string model, int a)
    {
        try
        {
            await client.InvokeAsync(model, "Production", $$$"""{"inputs": {"a": [{{{a}}}], "b": [2]}}""");
        }
        catch (HttpRequestException)
        {
            // It was killed meanwhile.
        }
    }

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning");
}
