using System.Diagnostics;

namespace MlHub.Bench;

/// <summary>One large file up and down, twice each: bytes a second, CPU and memory.</summary>
internal sealed class ArtifactLoads(HubProcess hub, BenchOptions options)
{
    public const string Head = "| transfer | MB/s (goal 400 up, 1,000 down) | server CPU s a GiB | memory MiB after it | most memory MiB |";

    private const int MiB = 1 << 20, Rounds = 2;

    private readonly byte[] _block = RandomBlock();

    public IEnumerable<string> All()
    {
        var runs = new BenchRuns(hub);
        var path = $"/api/2.0/mlflow-artifacts/artifacts/{runs.Experiment}/{runs.New()}/artifacts/big.bin";
        for (var round = 0; round < Rounds; round++)
        {
            yield return Line($"PUT {options.MiB:N0} MiB", () => Put(path));
        }

        for (var round = 0; round < Rounds; round++)
        {
            yield return Line($"GET {options.MiB:N0} MiB", () => Get(path));
        }
    }

    private void Put(string path)
    {
        using var connection = new RawConnection(hub.Port);
        var status = connection.Upload(path, _block, options.MiB);
        Require(status == 200 || status == 204, path, status);
    }

    private void Get(string path)
    {
        using var connection = new RawConnection(hub.Port);
        var (status, bytes) = connection.Download(path);
        Require(status == 200 && bytes == (long)options.MiB * MiB, path, status);
    }

    private string Line(string what, Action transfer)
    {
        var (cpu, watch) = (hub.CpuSeconds, Stopwatch.StartNew());
        transfer();
        var seconds = watch.Elapsed.TotalSeconds;
        return $"| {what} | {(double)options.MiB * MiB / 1e6 / seconds:F0} | {(hub.CpuSeconds - cpu) * 1024 / options.MiB:F2} | {hub.ResidentMiB:F0} | {hub.PeakMiB:F0} |";
    }

    private static void Require(bool holds, string path, int status)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"{path} answered {status}, or not all of it.");
        }
    }

    private static byte[] RandomBlock()
    {
        var block = new byte[MiB];
        new Random(7).NextBytes(block);
        return block;
    }
}
