using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MlHub.Bench;

/// <summary>A batch job over many rows of CSV, asked of a forest as the load <c>serving</c> serves: rows a second, and memory while it goes on.</summary>
internal sealed class BatchLoads(HubProcess hub, BenchOptions options)
{
    public const string Head = "| batch | rows | seconds | rows/s | hub MiB after a tenth | hub MiB at the end | hub MiB at most | worker MiB after a tenth | worker MiB at the end | output MB |";

    private const string Model = "batch-forest";
    private const int Columns = 8, LinesAPiece = 50_000;

    public IEnumerable<string> All()
    {
        var runs = new BenchRuns(hub);
        var run = runs.New();
        new ServingLoads(hub, options, Model).Serve();
        Upload(runs.Experiment, run);
        yield return Score(run);
    }

    private string Score(string run)
    {
        var watch = Stopwatch.StartNew();
        var made = HubCalls.Hub(hub, "/batch/create", $$$"""{"name":"{{{Model}}}","endpoint":"Production","source":{"run_id":"{{{run}}}","path":"rows.csv"}}""");
        var id = JsonDocument.Parse(made).RootElement.GetProperty("job").GetProperty("job_id").GetString();
        (double Hub, double Worker) early = default, late = default;
        while (true)
        {
            Thread.Sleep(500);
            var job = Read($"/batch/get?job_id={id}").GetProperty("job");
            late = (hub.ResidentMiB, WorkerMiB());
            var rows = job.GetProperty("rows").GetInt64();
            if (early == default && rows >= options.BatchRows / 10)
            {
                early = late;
            }

            if (job.GetProperty("state").GetString() is "DONE" or "FAILED")
            {
                var seconds = watch.Elapsed.TotalSeconds;
                var refusal = job.TryGetProperty("reason", out var reason) ? reason.GetString() : null;
                return refusal ?? $"| forest of 200 trees, CSV to JSON Lines | {rows} | {seconds:F0} | {rows / seconds:F0} | {early.Hub:F0} | {late.Hub:F0} | {hub.PeakMiB:F0} | {early.Worker:F0} | {late.Worker:F0} | {job.GetProperty("output_bytes").GetInt64() / 1e6:F0} |";
            }
        }
    }

    private double WorkerMiB() => Read($"/serving/get?name={Model}").GetProperty("versions")[0].GetProperty("replicas").EnumerateArray().Sum(r => r.GetProperty("memory_bytes").GetInt64()) / 1048576.0;

    private JsonElement Read(string pathAndQuery)
    {
        using var connection = new RawConnection(hub.Port);
        var (status, answer) = connection.Send(RawConnection.Request("GET", "/api/2.0/mlhub" + pathAndQuery, null));
        return status == 200 ? JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]).RootElement : throw new InvalidOperationException($"{pathAndQuery} answered {status}.");
    }

    private void Upload(string experiment, string run)
    {
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(30) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{RawConnection.User}:{HubProcess.Password}")));
        using var response = client.PutAsync($"http://127.0.0.1:{hub.Port}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/rows.csv", new Rows(options.BatchRows)).GetAwaiter().GetResult();
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Rows of CSV, made as they are sent.</summary>
    private sealed class Rows(long count) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, Columns).Select(i => $"c{i}")) + "\n"));
            Random random = new(11);
            StringBuilder lines = new();
            for (var row = 1L; row <= count; row++)
            {
                for (var column = 0; column < Columns; column++)
                {
                    lines.Append(CultureInfo.InvariantCulture, $"{random.NextSingle():0.###}").Append(column == Columns - 1 ? '\n' : ',');
                }

                if (row % LinesAPiece == 0 || row == count)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(lines.ToString()));
                    lines.Clear();
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
