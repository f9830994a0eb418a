using System.Globalization;
using System.Security.Cryptography;

namespace MlHub.Testing.Durability;

/// <summary>Clients that write until the hub is gone, or for a given time, and remember all that they sent.</summary>
public sealed class Writers(Workload workload, int cycle = 0)
{
    public const int BatchMetrics = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public CallHistory History { get; } = new();

    /// <summary>The first number that is written in this cycle.</summary>
    private int First => cycle * 1_200_000;

    /// <summary>The bytes that a call of the kind "artifact" uploads; they can be told from its name alone.</summary>
    public static byte[] Bytes(string run, int number)
    {
        var bytes = new byte[20_000 + (int)(number * 7919L % 300_000)];
        new Random(int.Parse(run.AsSpan(0, 6), NumberStyles.HexNumber, CultureInfo.InvariantCulture) + number).NextBytes(bytes);
        return bytes;
    }

    public static string Digest(string run, int number) => Convert.ToHexStringLower(SHA256.HashData(Bytes(run, number)));

    /// <summary>
    /// Every run and model has a writer of its own. Without <paramref name="until"/> they end when the hub is gone; and all of them with the
    /// first that sees a promise broken, since what the others wait for may never come then.
    /// </summary>
    /// <exception cref="BrokenPromiseException">What that one saw.</exception>
    public async Task WriteAsync(Uri hub, CancellationToken until = default)
    {
        using var client = new HttpClient { BaseAddress = hub, Timeout = TimeSpan.FromSeconds(30) };
        Func<int, Task<Answer?>>[] writers =
        [
            .. workload.Runs.Select(run => (Func<int, Task<Answer?>>)(n => LogAsync(client, run, n))),
            .. workload.FileRuns.Select(run => (Func<int, Task<Answer?>>)(n => UploadAsync(client, run, n))),
            .. workload.Models.Select(model => (Func<int, Task<Answer?>>)new ModelWriter(client, History, model).WriteAsync),
        ];
        using var broken = new CancellationTokenSource();
        await Task.WhenAll(writers.Select(write => Task.Run(() => RepeatAsync(write, broken, until))));
    }

    private async Task RepeatAsync(Func<int, Task<Answer?>> write, CancellationTokenSource broken, CancellationToken until)
    {
        for (var number = First; !until.IsCancellationRequested && !broken.IsCancellationRequested; number++)
        {
            var answer = await WriteAsync(write, number, broken);
            if (answer is null && !until.CanBeCanceled)
            {
                return;
            }

            if (answer?.Status != 200)
            {
                // Told to come again, or nobody is there.
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private static async Task<Answer?> WriteAsync(Func<int, Task<Answer?>> write, int number, CancellationTokenSource broken)
    {
        try
        {
            return await write(number);
        }
        catch (BrokenPromiseException)
        {
            await broken.CancelAsync();
            throw;
        }
    }

    private Task<Answer?> LogAsync(HttpClient client, string run_id, int n)
    {
        var call = new SentCall((n % 4) switch { 0 => "metric", 1 => "batch", 2 => "tag", _ => "param" }, run_id, n);
        return History.SendAsync(call, () => call.Kind switch
        {
            "metric" => client.SendAsync("/runs/log-metric", new { run_id, key = "single", value = n, timestamp = n, step = n }),
            "tag" => client.SendAsync("/runs/set-tag", new { run_id, key = call.Mark, value = $"{n}" }),
            "param" => client.SendAsync("/runs/log-parameter", new { run_id, key = call.Mark, value = $"{n}" }),
            _ => client.SendAsync("/runs/log-batch", new
            {
                run_id,
                metrics = Enumerable.Range(0, BatchMetrics).Select(i => new { key = $"batch{i}", value = n, timestamp = n, step = n }),
                @params = new[] { new { key = call.Mark, value = $"{n}" } },
                tags = new[] { new { key = call.Mark, value = $"{n}" } },
            }),
        });
    }

    private Task<Answer?> UploadAsync(HttpClient client, string run, int n)
    {
        var call = new SentCall("artifact", run, n);
        return History.SendAsync(call, () => client.PutAsync(Asking.ArtifactUrl(workload.Experiment, run, call.Mark), new ByteArrayContent(Bytes(run, n))));
    }
}
