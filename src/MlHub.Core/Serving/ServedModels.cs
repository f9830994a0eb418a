using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Scoring;
using MlHub.Scoring.Workers;
using MlHub.Tracking;

namespace MlHub.Serving;

/// <summary>Serves registered models: what may be asked, who answers, and how it fares.</summary>
public sealed class ServedModels
{
    /// <summary>The tag of a registered model that is served. Only the operations here set and remove it.</summary>
    public const string Tag = "mlhub.serving";

    private const string Enabled = "enabled";

    private readonly HubDbFactory _hub;
    private readonly TimeProvider _clock;
    private readonly ServingRoutes _routes;
    private readonly Scorers _scorers;
    private readonly ServableVersions _servable;
    private readonly ServingSettings _settings;

    /// <summary>Which version answered last under each name that may come to lead to another.</summary>
    private readonly ConcurrentDictionary<(long ModelId, string Selector), RoutedVersion> _answering = new();

    internal ServedModels(HubDbFactory hub, TimeProvider clock, ServingRoutes routes, Scorers scorers, ServableVersions servable, ServingSettings settings) =>
        (_hub, _clock, _routes, _scorers, _servable, _settings) = (hub, clock, routes, scorers, servable, settings);

    /// <summary>From now on all versions that are not archived can be asked.</summary>
    /// <exception cref="HubException">Unavailable where this hub has no runtime for it.</exception>
    public Task EnableAsync(Caller caller, string name, CancellationToken cancel) =>
        SetAsync(caller, name, Enabled, cancel);

    public Task DisableAsync(Caller caller, string name, CancellationToken cancel) => SetAsync(caller, name, null, cancel);

    /// <summary>The names of the served models that the caller may ask, in their order; none where this hub serves nothing.</summary>
    public async Task<List<string>> NamesAsync(Caller caller, CancellationToken cancel)
    {
        if (_settings.Missing is not null)
        {
            return [];
        }

        await using var db = _hub.Open();
        return await db.RegisteredModels.ReadableBy(db, caller).Where(m => m.Tags.Any(t => t.Key == Tag)).OrderBy(m => m.Name).Take(Limits.ServedModelsListed).Select(m => m.Name).ToListAsync(cancel);
    }

    /// <summary>How the model is served, for whoever may read it.</summary>
    public async Task<ServingReport> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        var routes = await ReadableAsync(caller, name, cancel);
        List<ServedVersion> versions = [];
        foreach (var version in routes.Versions.Values.Where(v => v.Stage != Stage.Archived).OrderByDescending(v => v.Number).Take(Limits.ServedVersionsShown))
        {
            var servable = await _servable.ReadAsync(version.Id, cancel);
            var state = version.Failure is { } failure ? ScorerState.Stopped with { Status = ScorerStatus.Failed, Reason = failure } : _scorers.OfOrNull(version.Id)?.State ?? ScorerState.Stopped;
            versions.Add(new(
                version.Number, version.Stage, [.. routes.Aliases.Where(a => a.Value == version.Number).Select(a => a.Key).Order(StringComparer.Ordinal)],
                state, await _servable.ObjectionAsync(servable, routes.IsPythonTrusted), servable.Model?.Signature ?? [], servable.Example)
            {
                RenewalRefusal = _scorers.RenewalRefusal(version.Id),
            });
        }

        List<ServedEndpoint> endpoints = [];
        foreach (var (selector, version) in routes.Endpoints)
        {
            endpoints.Add(new(selector, version.Number, routes.IsEnabled ? (await AnsweringAsync(routes, selector, version, cancel)).Number : null)
            {
                IsShared = routes.Traffic.GetValueOrDefault(selector)?.Shares.Count > 0,
            });
        }

        return new(routes.IsEnabled, _settings.Missing, versions, endpoints) { IsPythonTrusted = routes.IsPythonTrusted };
    }

    /// <summary>The version that answers under a name: a number, a stage, or an alias with an @ before it.</summary>
    /// <exception cref="HubException">NotFound where there is no such model or version, it is not served, or the caller may not read it.</exception>
    /// <exception cref="ScoringException">501 where it is of a kind that this hub cannot serve.</exception>
    public async ValueTask<ScoringTarget> FindAsync(Caller caller, string name, string selector, CancellationToken cancel)
    {
        var routes = await ReadableAsync(caller, name, cancel);
        if (!routes.IsEnabled)
        {
            throw HubException.NotFound($"Serving is not enabled for model '{LogRules.Shown(name)}'.");
        }

        if (int.TryParse(selector, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var version = routes.Versions.GetValueOrDefault(number) ?? throw NoVersion(name, selector);
            return version.Stage == Stage.Archived
                ? throw HubException.NotFound($"Version {number} of model '{LogRules.Shown(name)}' is archived, so it is not served.")
                : await TargetAsync(routes, selector, version, cancel);
        }

        var target = selector.StartsWith('@') ? routes.At(selector[1..]) : Stages.ParseOrNull(selector) is { } stage and not Stage.Archived ? routes.In(stage) : null;
        var known = selector.StartsWith('@') ? selector : $"{target?.Stage}";
        return await TargetAsync(routes, known, await AnsweringAsync(routes, known, target ?? throw NoVersion(name, selector), cancel), cancel);
    }

    /// <summary>The version that is meant where none is named: that in Production, else the newest.</summary>
    public async ValueTask<ScoringTarget> FindDefaultAsync(Caller caller, string name, CancellationToken cancel)
    {
        var routes = await ReadableAsync(caller, name, cancel);
        return await FindAsync(caller, name, routes.In(Stage.Production) is not null ? $"{Stage.Production}" : $"{routes.Versions.Values.Where(v => v.Stage != Stage.Archived).Max(v => (int?)v.Number) ?? 0}", cancel);
    }

    /// <summary>What can be told of the version under a name to whoever wants to call it.</summary>
    public async Task<DescribedVersion> DescribeAsync(Caller caller, string name, string selector, CancellationToken cancel)
    {
        var target = await FindAsync(caller, name, selector, cancel);
        var servable = await _servable.ReadAsync(target.VersionId, cancel);
        return new(target.Version, servable.Model?.Signature ?? [], servable.Example);
    }

    /// <summary>Loads what the endpoints of all served models lead to, so that a version is warm before it is asked, and ends what is not to be served any more.</summary>
    internal async Task FollowAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        // Whoever is asked for the first time while this looks is none of those that are not served.
        var known = _scorers.Versions;
        Dictionary<long, ModelRoutes> served = [];
        foreach (var name in _settings.Missing is not null ? [] : await _routes.EnabledAsync(cancel))
        {
            if (await _routes.FindAsync(name, cancel) is { } routes)
            {
                foreach (var version in routes.Versions.Values.Where(v => v.Failure is null))
                {
                    served[version.Id] = routes;
                    _scorers.Renew(version);
                }

                foreach (var (selector, version) in routes.Endpoints)
                {
                    await AnsweringAsync(routes, selector, version, cancel);
                }
            }
        }

        foreach (var version in known)
        {
            if (!served.TryGetValue(version, out var routes) || await ObjectionAsync(routes, version, cancel) is not null)
            {
                _scorers.Remove(version);
            }
        }

        await _scorers.StopIdleAsync();
    }

    /// <summary>
    /// A name goes on to be answered by the version that answers it until the one that it leads to now is loaded and warm. A version
    /// that cannot be loaded so never takes a working one's place.
    /// </summary>
    private async ValueTask<RoutedVersion> AnsweringAsync(ModelRoutes routes, string selector, RoutedVersion target, CancellationToken cancel)
    {
        var key = (routes.ModelId, selector);
        var next = target.Failure is null && await ObjectionAsync(routes, target.Id, cancel) is null ? _scorers.Of(target) : null;
        if (!_answering.TryGetValue(key, out var current))
        {
            next?.Start();
            return _answering[key] = target;
        }

        if (current.Id == target.Id)
        {
            return target;
        }

        next?.Start();
        if (next is { IsReady: true } || !routes.Versions.ContainsKey(current.Number) || _scorers.OfOrNull(current.Id) is not { IsReady: true })
        {
            return _answering[key] = target;
        }

        return current;
    }

    private async ValueTask<ScoringTarget> TargetAsync(ModelRoutes routes, string selector, RoutedVersion version, CancellationToken cancel) =>
        await ObjectionAsync(routes, version.Id, cancel) is { } objection ? throw new ScoringException(501, "NOT_IMPLEMENTED", objection)
            : routes.Versions.GetValueOrDefault(version.Number)?.Failure is { } failure ? throw new ScoringException(503, "INVALID_STATE", failure)
            : new(routes.ModelId, version.Id, version.Number, selector, _scorers.Of(version));

    private async ValueTask<string?> ObjectionAsync(ModelRoutes routes, long versionId, CancellationToken cancel) =>
        await _servable.ObjectionAsync(await _servable.ReadAsync(versionId, cancel), routes.IsPythonTrusted);

    private async ValueTask<ModelRoutes> ReadableAsync(Caller caller, string name, CancellationToken cancel)
    {
        var routes = await _routes.FindAsync(name, cancel);
        var has = routes is null ? RegistryPermission.None : await _routes.PermissionAsync(caller, routes, cancel);
        RegistryAccess.Require(caller, has, RegistryPermission.Read, $"Registered Model with name={LogRules.Shown(name)} not found", $"model {LogRules.Shown(name)}");
        return routes!;
    }

    private Task SetAsync(Caller caller, string name, string? value, CancellationToken cancel) => _hub.WriteAsync(
        async db =>
        {
            var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
            if (value is not null && _settings.Missing is { } missing)
            {
                throw new HubException(HubError.Unavailable, missing);
            }

            var tag = await db.RegisteredModelTags.FindAsync([model.Id, Tag], cancel);
            if (tag is null && value is not null)
            {
                db.Add(new RegisteredModelTag { ModelId = model.Id, Key = Tag, Value = value });
                db.Record(caller, _clock.GetUtcNow(), EventKinds.ModelTagSet, model, after: new { key = Tag, value });
                db.Record(caller, _clock.GetUtcNow(), EventKinds.ServingEnabled, model, after: new { state = Enabled });
            }
            else if (tag is not null && value is null)
            {
                db.Remove(tag);
                db.Record(caller, _clock.GetUtcNow(), EventKinds.ModelTagDeleted, model, before: new { key = Tag, tag.Value });
                db.Record(caller, _clock.GetUtcNow(), EventKinds.ServingDisabled, model, after: new { state = "disabled" });
            }
        },
        cancel);

    private static HubException NoVersion(string name, string selector) =>
        HubException.NotFound($"Model '{LogRules.Shown(name)}' has no version {LogRules.Shown(selector)} that could be served.");
}
