using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MlHub.Scoring;
using MlHub.Scoring.Workers;
using MlHub.Serving.Monitoring;
using MlHub.Serving.Python;

namespace MlHub.Serving;

/// <summary>The scorers of all versions that are served, within the number of processes that this hub may have.</summary>
internal sealed class Scorers(
    ServableVersions versions, ModelFolders folders, PythonRuntime python, Sandbox sandbox, WorkerOutput output, ServingSettings settings, TimeProvider clock,
    ILogger<Scorers> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Scorer> _byVersion = new();

    /// <summary>Those that take another's place, with other limits, once they are warm.</summary>
    private readonly ConcurrentDictionary<long, Scorer> _next = new();
    private readonly SemaphoreSlim _room = new(1);

    /// <summary>Is told the version whose scorer is in another state now.</summary>
    public event Action<long>? Changed;

    public ICollection<long> Versions => _byVersion.Keys;

    public Scorer Of(RoutedVersion version) => _byVersion.TryGetValue(version.Id, out var known) ? known : _byVersion.GetOrAdd(version.Id, _ => New(version, settings.For(version.Limits)));

    public Scorer? OfOrNull(long versionId) => _byVersion.GetValueOrDefault(versionId);

    /// <summary>Why the limits that hold now could not be put into practice yet; null where they are, or are about to be.</summary>
    public string? RenewalRefusal(long versionId) => _next.GetValueOrDefault(versionId)?.State is { Status: ScorerStatus.Failing or ScorerStatus.Failed } state ? state.Reason : null;

    /// <summary>
    /// Where other limits hold for a version now than those of its scorer, another one takes its place: at once where it does not
    /// answer, else as soon as the new one does. Asked from one thread.
    /// </summary>
    public void Renew(RoutedVersion version)
    {
        if (!_byVersion.TryGetValue(version.Id, out var current))
        {
            return;
        }

        var wanted = settings.For(version.Limits);
        if (_next.TryGetValue(version.Id, out var next) && next.Settings != wanted)
        {
            _next.TryRemove(version.Id, out _);
            _ = RetireAsync(version.Id, next);
            next = null;
        }

        if (current.Settings == wanted)
        {
            return;
        }

        next ??= _next[version.Id] = New(version, wanted);
        if (current.IsReady && !next.IsReady)
        {
            next.Start();
            return;
        }

        _next.TryRemove(version.Id, out _);
        _byVersion[version.Id] = next;
        _ = RetireAsync(version.Id, current, next);
        Changed?.Invoke(version.Id);
    }

    /// <summary>From now on the version is not served any more; its processes end once the requests under way are answered.</summary>
    public void Remove(long versionId)
    {
        foreach (var scorers in new[] { _next, _byVersion })
        {
            if (scorers.TryRemove(versionId, out var scorer))
            {
                _ = RetireAsync(versionId, scorer);
            }
        }
    }

    /// <summary>Ends the processes that nobody has asked for long, and removes their files.</summary>
    public async Task StopIdleAsync()
    {
        foreach (var (versionId, scorer) in _byVersion)
        {
            if (scorer.Settings.IdleAfter > TimeSpan.Zero && scorer.Idle > scorer.Settings.IdleAfter)
            {
                await StopAsync(versionId, scorer);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_byVersion.Values.Concat(_next.Values).Select(s => s.DisposeAsync().AsTask()));
        _room.Dispose();
    }

    private Scorer New(RoutedVersion version, ScorerSettings limits) => new(cancel => StartAsync(version, limits, cancel), limits, clock, () => Changed?.Invoke(version.Id));

    private async Task RetireAsync(long versionId, Scorer scorer, Scorer? successor = null)
    {
        try
        {
            await scorer.RetireAsync(Grace, successor);
            await folders.RemoveAsync(versionId, () => IsRunning(versionId));
        }
        catch (Exception e)
        {
            logger.LogError(e, "The workers of a version could not be ended.");
        }
    }

    private async Task StopAsync(long versionId, Scorer scorer)
    {
        await scorer.StopAsync(TimeSpan.Zero);
        await folders.RemoveAsync(versionId, () => IsRunning(versionId));
    }

    private bool IsRunning(long versionId) => new[] { _byVersion, _next }.Any(s => s.TryGetValue(versionId, out var scorer) && scorer.State.Replicas.Count > 0);

    private async Task<StartedWorker> StartAsync(RoutedVersion version, ScorerSettings limits, CancellationToken cancel)
    {
        var servable = await versions.ReadAsync(version.Id, cancel);
        if (await versions.ObjectionAsync(servable, await versions.IsTrustedAsync(version.Id, cancel)) is { } objection)
        {
            throw new ScoringException(501, "NOT_IMPLEMENTED", objection);
        }

        var folder = await folders.LayOutAsync(version.Id, servable, cancel);
        await MakeRoomAsync(version.Id, limits.Replicas, cancel);
        var plan = new ModelPlan(
            settings.Library ?? "", servable.OnnxFile, version.Model, $"{version.Number}", servable.Model?.InputsJson, servable.Model?.ParametersJson,
            settings.Threads, limits.MemoryBytes, settings.AnswerBytes)
        {
            BatchRows = limits.BatchRows,
            BatchDelayMilliseconds = (int)limits.BatchDelay.TotalMilliseconds,
        };
        // The worker of a Python flavour computes nothing itself: it must be able to make another sandbox for the process that does.
        var isPython = servable.Python is not null;
        if (servable.Python is { } flavor)
        {
            PythonFolder.OpenToReaders(folder);
            plan = plan with { File = folder, Python = await python.PlanAsync(flavor, servable.Model?.OutputsJson) };
        }

        var launch = settings.Launch.Under(isPython ? sandbox.CommandAsHub : sandbox.Command) with { Folder = folder };
        var worker = new WorkerProcess(launch, plan, line => Log(version, line));
        return new(worker, servable.Example is { } example ? (RequestForm.InvocationJson, example) : null);
    }

    /// <summary>Where all processes are taken, the model that was not asked for longest gives up its own.</summary>
    private async Task MakeRoomAsync(long versionId, int replicas, CancellationToken cancel)
    {
        // One at a time: two that made room for each other would wait for each other.
        await _room.WaitAsync(cancel);
        try
        {
            while (_byVersion.Where(s => s.Key != versionId).Sum(s => s.Value.State.Replicas.Count) + replicas > settings.Workers)
            {
                var (id, longest) = _byVersion.Where(s => s.Key != versionId && s.Value.State.Replicas.Count > 0 && s.Value.InFlight == 0).OrderByDescending(s => s.Value.Idle).FirstOrDefault();
                await (longest is null ? throw ScoringException.Unavailable($"All {settings.Workers} scoring workers of this hub are busy.", TimeSpan.FromSeconds(2)) : StopAsync(id, longest));
            }
        }
        finally
        {
            _room.Release();
        }
    }

    private void Log(RoutedVersion version, string line)
    {
        output.Add(version, line);
        logger.LogInformation("Worker of {Model} version {Version}: {Line}", version.Model, version.Number, line);
    }
}
