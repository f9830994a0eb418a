using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.LoggedModels;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Lineage;

/// <summary>
/// Tells where data, runs, logged models and versions came from and what depends on them. What the caller may not read is in no graph and in no
/// number: every step asks for the right anew.
/// </summary>
public sealed class Lineages(HubDbFactory hub)
{
    /// <summary>The graph around one thing; each of its relations shows the newest, and says how many more there are.</summary>
    /// <exception cref="HubException">NotFound where it is absent or unreadable, Invalid where the kind has no graph of its own.</exception>
    public async Task<LineageGraph> GetAsync(Caller caller, LineageId focus, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var walk = new LineageWalk(db, caller, focus, cancel);
        switch (focus.Kind)
        {
            case LineageKind.Dataset:
                await OfDatasetAsync(walk);
                break;
            case LineageKind.Run:
                await OfRunAsync(walk);
                break;
            case LineageKind.LoggedModel:
                await OfLoggedModelAsync(walk);
                break;
            case LineageKind.ModelVersion:
                await OfVersionAsync(walk);
                break;
            default:
                throw HubException.Invalid("Invalid value for parameter 'kind' supplied: it is one of dataset, run, logged_model, model_version.");
        }

        return walk.Graph();
    }

    private static async Task OfDatasetAsync(LineageWalk walk)
    {
        var runs = await walk.ReadersOfDatasetAsync(walk.Focus.Id);
        await walk.AddMadeByAsync(runs);
    }

    private static async Task OfRunAsync(LineageWalk walk)
    {
        var key = await walk.Db.ReadableRunKeyAsync(walk.Caller, walk.Focus.Id, walk.Cancel);
        var runs = await walk.AddRunsAsync([key]);
        await walk.AddSourcesAsync(runs);
        await walk.AddChildrenAsync(runs[0].Run);
        await walk.AddMadeByAsync(runs);
    }

    private static async Task OfLoggedModelAsync(LineageWalk walk)
    {
        var model = await walk.Db.LoggedModelAsync(walk.Caller, walk.Focus.Id, Permission.Read, walk.Cancel);
        walk.Add(LineageWalk.NodeOf(model));
        await walk.AddMakersAsync([model]);
        await walk.AddReadersOfModelAsync(model);
        await walk.AddVersionsOfModelsAsync([model]);
    }

    private static async Task OfVersionAsync(LineageWalk walk)
    {
        var found = await walk.Db.VersionAsync(walk.Caller, KeyOf(walk.Focus.Id), RegistryPermission.Read, walk.Cancel);
        await walk.AddVersionsAsync([found.Version.Id]);
        await walk.AddOriginAsync(found);
    }

    /// <summary>A name may hold slashes; a number holds none.</summary>
    private static VersionKey KeyOf(string id)
    {
        var slash = id.LastIndexOf('/');
        return slash > 0 && int.TryParse(id[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(id[..slash], number)
            : throw HubException.Invalid("Invalid value for parameter 'id' supplied: a version is its model's name, a slash and its number.");
    }
}
