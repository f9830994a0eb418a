using System.Security.Cryptography;
using System.Text;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Durability;

/// <summary>A batch job outlives its process, however often that is killed: no row is missing, none is there twice.</summary>
public sealed class BatchKillTests : IDisposable
{
    private const int Rows = 400_000;

    private readonly string _data = Directory.CreateTempSubdirectory("mlhub-batch-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_job_that_was_killed_twice_writes_what_an_undisturbed_one_does()
    {
        string model, run, job;
        using (var hub = Start())
        {
            using var client = await ClientAsync(hub);
            model = await client.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
            run = await client.GivenFilesAsync(("in/a.csv", Lines(0, Rows / 2)), ("in/b.csv", Lines(Rows / 2, Rows)));
            job = await client.GivenBatchAsync(Body(model, run));
            await KillAsync(hub, client, job, 0);
        }

        using (var hub = Start())
        {
            using var client = await ClientAsync(hub);
            await KillAsync(hub, client, job, (long)(await client.BatchAsync(job))["bytes_read"]!);
        }

        using var last = Start();
        using var ann = await ClientAsync(last);
        var ended = await ann.EndedBatchAsync(job);
        var undisturbed = await ann.GivenBatchAsync(Body(model, run));
        await ann.EndedBatchAsync(undisturbed);

        Assert.Equal(("DONE", Rows, 0), ((string?)ended["state"], (int?)ended["rows"], (int?)ended["refused_rows"]));
        var output = await OutputAsync(ann, job);
        Assert.Equal(Enumerable.Range(1, Rows), output.TrimEnd().Split('\n').Skip(1).Select(l => int.Parse(l.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(Digest(await OutputAsync(ann, undisturbed)), Digest(output));
    }

    /// <summary>As soon as a part more is kept.</summary>
    private static async Task KillAsync(HubProcess hub, HttpClient client, string job, long before)
    {
        var known = await Eventually.GetAsync(() => client.BatchAsync(job), j => (long)j["bytes_read"]! > before || (string?)j["state"] == "DONE");
        Assert.Equal("RUNNING", (string?)known["state"]);
        hub.Kill();
    }

    private static object Body(string model, string run) => new { name = model, endpoint = "1", source = new { run_id = run, path = "in" }, output_format = "csv", keep_inputs = true };

    private static string Lines(int from, int to)
    {
        StringBuilder text = new("a,b,note\n");
        for (var i = from; i < to; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},{i % 7},\"row, {i}\"\n");
        }

        return text.ToString();
    }

    private static async Task<string> OutputAsync(HttpClient client, string job) => (await client.BatchOutputAsync(job)).Text;

    private static string Digest(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<HttpClient> ClientAsync(HubProcess hub) => new() { BaseAddress = await hub.ListeningAsync() };

    private HubProcess Start() => HubProcess.Start(_data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning");
}
