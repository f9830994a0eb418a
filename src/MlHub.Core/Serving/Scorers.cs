using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MlHub.Scoring;
using MlHub.Scoring.Workers;
using MlHub.Serving.Monitoring;

namespace MlHub.Serving;

/// <summary>The scorers of all versions that are served, within the number of processes that this hub may have.</summary>
internal sealed class Scorers(ServableVersions versions, ModelFolders folders, ServingSettings settings, WorkerOutput output, TimeProvider clock, ILogger<Scorers> logger) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, Scorer> _byVersion = new();
    private readonly Sandbox _sandbox = new();
    private readonly SemaphoreSlim _room = new(1);

    /// <summary>Is told the version whose scorer is in another state now.</summary>
    public event Action<long>? Changed;

    public ICollection<long> Versions => _byVersion.Keys;

    public Scorer Of(RoutedVersion version) => _byVersion.TryGetValue(version.Id, out var known) ? known : _byVersion.GetOrAdd(version.Id, _ => new(
        cancel => StartAsync(version, cancel), settings.Scorer, clock, () => Changed?.Invoke(version.Id)));

    public Scorer? OfOrNull(long versionId) => _byVersion.GetValueOrDefault(versionId);

    /// <summary>From now on the version is not served any more; its processes end once the requests under way are answered.</summary>
    public void Remove(long versionId)
    {
        if (_byVersion.TryRemove(versionId, out var scorer))
        {
            _ = RetireAsync(versionId, scorer);
        }
    }

    /// <summary>Ends the processes that nobody has asked for long.</summary>
    public async Task StopIdleAsync()
    {
        foreach (var (_, scorer) in _byVersion)
        {
            if (settings.IdleAfter > TimeSpan.Zero && scorer.Idle > settings.IdleAfter)
            {
                await scorer.StopAsync(TimeSpan.Zero);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_byVersion.Values.Select(s => s.DisposeAsync().AsTask()));
        _room.Dispose();
    }

    private async Task RetireAsync(long versionId, Scorer scorer)
    {
        try
        {
            await scorer.RetireAsync(Grace);
            folders.Remove(versionId);
        }
        catch (Exception e)
        {
            logger.LogError(e, "The workers of a version could not be ended.");
        }
    }

    private async Task<StartedWorker> StartAsync(RoutedVersion version, CancellationToken cancel)
    {
        var library = settings.Library ?? throw new ScoringException(503, "INVALID_STATE", settings.LibraryAdvice);
        var servable = await versions.ReadAsync(version.Id, cancel);
        var folder = await folders.LayOutAsync(version.Id, servable, cancel);
        await MakeRoomAsync(version.Id, cancel);
        var plan = new ModelPlan(
            library, Path.Combine(folder, servable.OnnxFile), version.Model, $"{version.Number}", servable.Model?.InputsJson, servable.Model?.ParametersJson,
            settings.Threads, settings.MemoryBytes, settings.AnswerBytes);
        var worker = new WorkerProcess(settings.Launch.Under(_sandbox.Command), plan, line => Log(version, line));
        return new(worker, servable.Example is { } example ? (RequestForm.InvocationJson, example) : null);
    }

    /// <summary>Where all processes are taken, the model that was not asked for longest gives up its own.</summary>
    private async Task MakeRoomAsync(long versionId, CancellationToken cancel)
    {
        // One at a time: two that made room for each other would wait for each other.
        await _room.WaitAsync(cancel);
        try
        {
            while (_byVersion.Where(s => s.Key != versionId).Sum(s => s.Value.State.Replicas.Count) + settings.Scorer.Replicas > settings.Workers)
            {
                var longest = _byVersion.Where(s => s.Key != versionId && s.Value.State.Replicas.Count > 0 && s.Value.InFlight == 0).MaxBy(s => s.Value.Idle).Value
                    ?? throw ScoringException.Unavailable($"All {settings.Workers} scoring workers of this hub are busy.", TimeSpan.FromSeconds(2));
                await longest.StopAsync(TimeSpan.Zero);
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
