using Microsoft.EntityFrameworkCore;
using MlHub.Adapters;
using MlHub.Artifacts;
using MlHub.Operations;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Tracking;
using MlHub.Web.Startup;

namespace MlHub.Web.Operations;

/// <summary>What a load balancer or operator is told, one word for each part: <c>ok</c>, <c>away</c>, <c>low</c>, <c>stopped</c>, <c>draining</c>. Nothing in it is secret.</summary>
public sealed record ReadinessReport(string Status, SortedDictionary<string, string> Checks)
{
    public const string Ready = "ready", NotReady = "not ready", Ok = "ok", Away = "away";
}

/// <summary>Whether this process can do its work just now. It is asked without credentials, so the answer is kept for a second.</summary>
public sealed class Readiness(HubDbFactory hub, IBlobStore blobs, DataDirectory data, WriteStop stop, HubSettings settings, ServingSettings serving, Sandbox sandbox, IHostApplicationLifetime life, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), Kept = TimeSpan.FromSeconds(1);

    private const long LowDisk = 512L << 20;

    /// <summary>A name that no bytes have.</summary>
    private static readonly string Nothing = new('0', 64);

    private readonly Lock _lock = new();
    private Task<ReadinessReport>? _last;
    private long _at;

    public Task<ReadinessReport> AskAsync()
    {
        lock (_lock)
        {
            if (_last is null || clock.GetElapsedTime(_at) > Kept || life.ApplicationStopping.IsCancellationRequested)
            {
                (_last, _at) = (LookAsync(), clock.GetTimestamp());
            }

            return _last;
        }
    }

    private async Task<ReadinessReport> LookAsync()
    {
        var (database, artifacts) = (TryAsync(ReadDatabaseAsync), TryAsync(ReadArtifactsAsync));
        var checks = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["database"] = await database,
            ["artifacts"] = await artifacts,
            ["writing"] = stop.IsOn ? "stopped" : life.ApplicationStopping.IsCancellationRequested ? "draining" : ReadinessReport.Ok,
        };
        var ready = checks.Values.All(c => c == ReadinessReport.Ok);

        // Reading goes on with a full disk, so that is no reason to send readers elsewhere.
        checks["disk"] = new DriveInfo(data.Path).AvailableFreeSpace < LowDisk ? "low" : ReadinessReport.Ok;

        // How models' processes are kept apart; it is found out when the first one is started.
        checks["models"] = serving.Library is null ? "not served" : !sandbox.IsTried ? "unknown" : sandbox.IsNobody ? ReadinessReport.Ok : sandbox.HasNoNetwork ? "without network" : "not isolated";
        return new(ready ? ReadinessReport.Ready : ReadinessReport.NotReady, checks);
    }

    private async Task ReadDatabaseAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.Experiments.Where(e => e.Id == Experiment.DefaultId).Select(e => e.Id).FirstOrDefaultAsync(cancel);
    }

    private async Task ReadArtifactsAsync(CancellationToken cancel)
    {
        if (settings.Artifacts == ArtifactProvider.Disk)
        {
            _ = Directory.EnumerateFileSystemEntries(data.Artifacts).FirstOrDefault();
        }
        else if (await blobs.OpenOrNullAsync(Nothing, cancel) is { } content)
        {
            await content.DisposeAsync();
        }
    }

    private static async Task<string> TryAsync(Func<CancellationToken, Task> look)
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await Task.Run(() => look(limit.Token), limit.Token).WaitAsync(limit.Token);
            return ReadinessReport.Ok;
        }
        catch (Exception)
        {
            return ReadinessReport.Away;
        }
    }
}
