using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Serving.Traffic;

namespace MlHub.Serving;

/// <summary>A version as requests find it.</summary>
public sealed record RoutedVersion(long Id, string Model, int Number, Stage Stage)
{
    /// <summary>What is settled for the model's processes.</summary>
    public ModelLimits Limits { get; init; } = ModelLimits.None;

    /// <summary>Why it was given up; null where it was not.</summary>
    public string? Failure { get; init; }
}

/// <summary>Where requests for a model go, as the registry has it.</summary>
/// <param name="ModelId">The registered model.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsEnabled">Whether it is served at all.</param>
/// <param name="Versions">Those whose files are there, by number.</param>
/// <param name="Aliases">The numbers they point at.</param>
internal sealed record ModelRoutes(long ModelId, string Name, bool IsEnabled, IReadOnlyDictionary<int, RoutedVersion> Versions, IReadOnlyDictionary<string, int> Aliases)
{
    /// <summary>Whether an administrator allowed the Python code in its files to be run.</summary>
    public bool IsPythonTrusted { get; init; }

    /// <summary>What callers may do, asked once for each while nothing changes.</summary>
    public ConcurrentDictionary<Guid, RegistryPermission> Permissions { get; } = new();

    /// <summary>The endpoints that have rules of their own, by selector.</summary>
    public IReadOnlyDictionary<string, EndpointTraffic> Traffic { get; init; } = new Dictionary<string, EndpointTraffic>();

    /// <summary>The newest version in a stage.</summary>
    public RoutedVersion? In(Stage stage) => Versions.Values.Where(v => v.Stage == stage).MaxBy(v => v.Number);

    public RoutedVersion? At(string alias) => Aliases.TryGetValue(alias, out var number) ? Versions.GetValueOrDefault(number) : null;

    /// <summary>Names that lead to a version and may come to lead to another: stages, and aliases with an @ before them.</summary>
    public IEnumerable<(string Selector, RoutedVersion Version)> Endpoints =>
    [
        .. new[] { Stage.Production, Stage.Staging }.Select(s => ($"{s}", In(s))).Where(e => e.Item2 is not null).Select(e => (e.Item1, e.Item2!)),
        .. Aliases.Keys.Order(StringComparer.Ordinal).Select(a => ($"@{a}", At(a))).Where(e => e.Item2 is not null).Select(e => (e.Item1, e.Item2!)),
    ];
}

/// <summary>
/// Knows where requests go without asking the database for each. What it knows of a model is forgotten in the moment in which a change
/// of it is committed here, so whoever was told that a version moved is answered by that version; and as soon as the event of another
/// node's change is read.
/// </summary>
internal sealed class ServingRoutes
{
    private readonly HubDbFactory _hub;
    private readonly ConcurrentDictionary<string, ModelRoutes> _byName = new(StringComparer.Ordinal);
    private long _generation;

    public ServingRoutes(HubDbFactory hub, EventSignal signal)
    {
        _hub = hub;
        signal.Happened += Forget;
    }

    /// <summary>Is told the model whose routes may be others now; null for all.</summary>
    public event Action<long?>? Changed;

    /// <summary>Null where there is no such model.</summary>
    public async ValueTask<ModelRoutes?> FindAsync(string name, CancellationToken cancel)
    {
        if (_byName.TryGetValue(name, out var known))
        {
            return known;
        }

        var generation = Interlocked.Read(ref _generation);
        await using var db = _hub.Open();
        var routes = await ReadAsync(db, name, cancel);
        if (routes is not null)
        {
            _byName[name] = routes;
            if (generation != Interlocked.Read(ref _generation))
            {
                // Something was committed meanwhile, which this may or may not have seen.
                _byName.TryRemove(new(name, routes));
            }
        }

        return routes;
    }

    /// <summary>What a model is called that was asked just now.</summary>
    public string? NameOrNull(long modelId) => _byName.Values.FirstOrDefault(r => r.ModelId == modelId)?.Name;

    /// <summary>The models that are served.</summary>
    public async Task<List<string>> EnabledAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return await db.RegisteredModels.Where(m => m.Tags.Any(t => t.Key == ServedModels.Tag)).OrderBy(m => m.Name).Select(m => m.Name).ToListAsync(cancel);
    }

    public async ValueTask<RegistryPermission> PermissionAsync(Caller caller, ModelRoutes routes, CancellationToken cancel)
    {
        if (caller.Limit is { } limit)
        {
            return limit.Covers(routes.ModelId) ? await PermissionAsync(caller.Unlimited, routes, cancel) : RegistryPermission.None;
        }

        if (caller.IsAdmin)
        {
            return RegistryPermission.Manage;
        }

        if (routes.Permissions.TryGetValue(caller.Id, out var known))
        {
            return known;
        }

        await using var db = _hub.Open();
        return routes.Permissions[caller.Id] = await db.PermissionOnModelAsync(caller, routes.ModelId, cancel);
    }

    /// <summary>As the database has it in this moment.</summary>
    public static async Task<ModelRoutes?> ReadAsync(HubDb db, string name, CancellationToken cancel)
    {
        var model = await db.RegisteredModels.AsNoTracking().Where(m => m.Name == name)
            .Select(m => new { m.Id, IsEnabled = m.Tags.Any(t => t.Key == ServedModels.Tag), Aliases = m.Aliases.Select(a => new { a.Alias, a.Version }).ToList(), IsTrusted = db.ModelServing.Any(s => s.ModelId == m.Id && s.PythonTrustedAt != null) })
            .SingleOrDefaultAsync(cancel);
        if (model is null)
        {
            return null;
        }

        var versions = await db.ModelVersions.AsNoTracking().Where(v => v.ModelId == model.Id && v.Status == VersionStatus.Ready)
            .Select(v => new RoutedVersion(v.Id, name, v.Number, v.Stage)).ToListAsync(cancel);
        var limits = ModelLimits.Of(await db.ModelServing.AsNoTracking().SingleOrDefaultAsync(s => s.ModelId == model.Id, cancel));
        var failures = await db.ServingFailures.Where(f => db.ModelVersions.Any(v => v.Id == f.VersionId && v.ModelId == model.Id)).ToDictionaryAsync(f => f.VersionId, f => f.Reason, cancel);
        var byNumber = versions.ConvertAll(v => v with { Limits = limits, Failure = failures.GetValueOrDefault(v.Id) }).ToDictionary(v => v.Number);
        var rules = await db.TrafficRules.AsNoTracking().Where(r => r.ModelId == model.Id && r.State == TrafficState.Running).OrderBy(r => r.Id).ToListAsync(cancel);
        return new(model.Id, name, model.IsEnabled, byNumber, model.Aliases.ToDictionary(a => a.Alias, a => a.Version, StringComparer.Ordinal))
        {
            Traffic = EndpointTraffic.Of(model.Id, rules, byNumber),
            IsPythonTrusted = model.IsTrusted,
        };
    }

    private void Forget(string kind, long? modelId)
    {
        if (modelId is null && kind != EventKinds.RegistryShared && !kind.StartsWith("group.", StringComparison.Ordinal))
        {
            return;
        }

        Interlocked.Increment(ref _generation);
        foreach (var known in _byName)
        {
            if (modelId is null || known.Value.ModelId == modelId)
            {
                _byName.TryRemove(known);
            }
        }

        Changed?.Invoke(modelId);
    }
}
