using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace MlHub.Web.Tests.Durability;

/// <summary>One call that was sent: what it wrote, and whether the hub said that it had.</summary>
public sealed record SentCall(string Kind, string Run, int Number)
{
    public bool Acknowledged { get; set; }
}

/// <summary>Clients that write until the hub is gone, and remember all that they sent.</summary>
public sealed class Writers(string experiment, IReadOnlyList<string> runs, int cycle)
{
    public const int BatchMetrics = 5;

    private readonly ConcurrentQueue<SentCall> _sent = new();

    public IReadOnlyCollection<SentCall> Sent => _sent;

    public int Acknowledged => _sent.Count(c => c.Acknowledged);

    /// <summary>The bytes that a call of the kind "artifact" uploads; they can be told from its name alone.</summary>
    public static byte[] Bytes(string run, int number)
    {
        var bytes = new byte[20_000 + (int)(number * 7919L % 300_000)];
        new Random(int.Parse(run.AsSpan(0, 6), NumberStyles.HexNumber, CultureInfo.InvariantCulture) + number).NextBytes(bytes);
        return bytes;
    }

    public static string Digest(string run, int number) => Convert.ToHexStringLower(SHA256.HashData(Bytes(run, number)));

    /// <summary>Every run has a writer of its own; the last two upload files, the others log.</summary>
    public async Task WriteUntilGoneAsync(Uri hub)
    {
        using var client = new HttpClient { BaseAddress = hub, Timeout = TimeSpan.FromSeconds(20) };
        await Task.WhenAll(runs.Select((run, i) => Task.Run(() => WriteAsync(client, run, i >= runs.Count - 2))));
    }

    private async Task WriteAsync(HttpClient client, string run, bool uploads)
    {
        for (var number = cycle * 1_000_000; ; number++)
        {
            var call = new SentCall(uploads ? "artifact" : (number % 4) switch { 0 => "metric", 1 => "batch", 2 => "tag", _ => "param" }, run, number);
            _sent.Enqueue(call);
            try
            {
                using var response = await SendAsync(client, call);
                response.EnsureSuccessStatusCode();
                call.Acknowledged = (await response.Content.ReadAsStringAsync()) == "{}";
            }
            catch (HttpRequestException e) when (e.StatusCode is null or HttpStatusCode.ServiceUnavailable)
            {
                // Gone, or it said that it goes.
                return;
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpClient client, SentCall call)
    {
        var (run_id, n) = (call.Run, call.Number);
        return call.Kind switch
        {
            "metric" => client.SendAsync("/runs/log-metric", new { run_id, key = "single", value = n, timestamp = n, step = n }),
            "tag" => client.SendAsync("/runs/set-tag", new { run_id, key = $"tag-{n}", value = $"{n}" }),
            "param" => client.SendAsync("/runs/log-parameter", new { run_id, key = $"param-{n}", value = $"{n}" }),
            "batch" => client.SendAsync("/runs/log-batch", new
            {
                run_id,
                metrics = Enumerable.Range(0, BatchMetrics).Select(i => new { key = $"batch{i}", value = n, timestamp = n, step = n }),
                @params = new[] { new { key = $"batch-{n}", value = $"{n}" } },
                tags = new[] { new { key = $"batch-{n}", value = $"{n}" } },
            }),
            _ => client.PutAsync(Asking.ArtifactUrl(experiment, run_id, $"file-{n}.bin"), new ByteArrayContent(Bytes(run_id, n))),
        };
    }
}
