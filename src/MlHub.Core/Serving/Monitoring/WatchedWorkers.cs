using System.ComponentModel;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Monitoring;

/// <summary>A process that serves a version on this node.</summary>
/// <param name="VersionId">The version.</param>
/// <param name="Version">Its number.</param>
/// <param name="State">How it fares.</param>
/// <param name="Since">When the process began; null while there is none.</param>
public sealed record WatchedWorker(long VersionId, int Version, ReplicaState State, DateTimeOffset? Since);

/// <summary>The worker processes of a model on this node, and what they wrote.</summary>
public sealed class WatchedWorkers
{
    private readonly HubDbFactory _hub;
    private readonly Scorers _scorers;
    private readonly WorkerOutput _output;

    internal WatchedWorkers(HubDbFactory hub, Scorers scorers, WorkerOutput output) => (_hub, _scorers, _output) = (hub, scorers, output);

    /// <summary>Those of the newest version first, for whoever may read the model.</summary>
    public async Task<List<WatchedWorker>> ReadAsync(Caller caller, string name, CancellationToken cancel) =>
        [.. (await VersionsAsync(caller, name, RegistryPermission.Read, cancel)).SelectMany(v => (_scorers.OfOrNull(v.Id)?.State.Replicas ?? []).Select(r => new WatchedWorker(v.Id, v.Number, r, SinceOrNull(r.ProcessId))))];

    /// <summary>The versions whose workers wrote something on this node, newest first. A model may print what it was asked, so this is for whoever manages it.</summary>
    public async Task<List<(long Id, int Number)>> LoggedAsync(Caller caller, string name, CancellationToken cancel) =>
        [.. (await VersionsAsync(caller, name, RegistryPermission.Manage, cancel)).Where(v => _output.Of(v.Id).Count > 0)];

    /// <summary>The last lines of a version's workers, oldest first, for whoever manages the model.</summary>
    /// <exception cref="HubException">NotFound where there is no such version.</exception>
    public async Task<IReadOnlyList<WorkerLine>> LinesAsync(Caller caller, VersionKey version, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return _output.Of((await db.VersionAsync(caller, version, RegistryPermission.Manage, cancel)).Version.Id);
    }

    private async Task<List<(long Id, int Number)>> VersionsAsync(Caller caller, string name, RegistryPermission needed, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var model = await db.ModelAsync(caller, name, needed, cancel);
        return [.. (await db.ModelVersions.AsNoTracking().Where(v => v.ModelId == model.Id).OrderByDescending(v => v.Number).Select(v => new { v.Id, v.Number }).ToListAsync(cancel)).Select(v => (v.Id, v.Number))];
    }

    private static DateTimeOffset? SinceOrNull(int? processId)
    {
        try
        {
            using var process = processId is { } id ? Process.GetProcessById(id) : null;
            return process?.StartTime.ToUniversalTime();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended while we looked.
            return null;
        }
    }
}
