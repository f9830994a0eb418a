using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.SavedViews;

/// <summary>
/// The views that are kept of an experiment's pages. Whoever reads the experiment keeps views of their own and sees those that are shared;
/// to share one, or to change one that is shared, needs EDIT, and MANAGE where it is somebody else's.
/// </summary>
public sealed partial class SavedViews(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>One's own and the shared ones, the default first, then by name.</summary>
    /// <exception cref="HubException">NotFound where the experiment is absent or unreadable.</exception>
    public async Task<List<SavedView>> ListAsync(Caller caller, long experimentId, string kind, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Read, cancel);
        var views = await SeenBy(db, caller).Where(v => v.ExperimentId == experimentId && v.Kind == kind).ToListAsync(cancel);
        return [.. views.OrderByDescending(v => v.IsDefault).ThenBy(v => v.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <exception cref="HubException">NotFound where it, or its experiment, is absent or not to be seen, in the same words.</exception>
    public async Task<SavedView> GetAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return (await SeenAsync(db, caller, id, cancel)).View;
    }

    /// <exception cref="HubException">NotFound, Denied; Invalid for a text that is too long; AlreadyExists where one's own has the name.</exception>
    public Task<SavedView> CreateAsync(Caller caller, long experimentId, string kind, string name, string state, bool isShared, CancellationToken cancel)
    {
        Check(kind, name, state);
        return hub.WriteAsync(
            async db =>
            {
                var experiment = await db.ExperimentAsync(caller, experimentId, isShared ? Permission.Edit : Permission.Read, cancel);
                experiment.RequireActive();
                await RequireFreeNameAsync(db, caller.Id, experimentId, kind, name, cancel);
                if (await db.SavedViews.CountAsync(v => v.ExperimentId == experimentId && v.Kind == kind && v.OwnerId == caller.Id, cancel) >= Limits.SavedViewsPerOwner)
                {
                    throw HubException.Invalid($"You have {Limits.SavedViewsPerOwner} of these views; delete one first.");
                }

                var now = clock.GetUtcNow();
                var view = new SavedView
                {
                    Id = Guid.CreateVersion7(now),
                    ExperimentId = experimentId,
                    Kind = kind,
                    Name = name,
                    OwnerId = caller.Id,
                    Owner = caller.Name,
                    IsShared = isShared,
                    State = state,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.Add(view);
                Record(db, caller, EventKinds.SavedViewCreated, view, after: new { view.Kind, view.Name, shared = isShared });
                return view;
            },
            cancel);
    }

    /// <summary>Changes what is given.</summary>
    /// <exception cref="HubException">As at <see cref="CreateAsync"/>; Invalid where the default is no longer to be shared.</exception>
    public Task<SavedView> UpdateAsync(Caller caller, Guid id, string? name, string? state, bool? isShared, CancellationToken cancel) =>
        ChangeAsync(
            caller, id, becomesShared: isShared == true,
            async (db, view) =>
            {
                var before = new { view.Name, shared = view.IsShared };
                Check(view.Kind, name ?? view.Name, state ?? view.State);
                if (name is not null && name != view.Name)
                {
                    await RequireFreeNameAsync(db, view.OwnerId, view.ExperimentId, view.Kind, name, cancel);
                }

                if (isShared == false && view.IsDefault)
                {
                    throw HubException.Invalid("This view is the experiment's default, which everybody opens; choose another default first.");
                }

                (view.Name, view.State, view.IsShared, view.UpdatedAt) = (name ?? view.Name, state ?? view.State, isShared ?? view.IsShared, clock.GetUtcNow());
                Record(db, caller, EventKinds.SavedViewUpdated, view, before, new { view.Name, shared = view.IsShared });
            },
            cancel);

    /// <exception cref="HubException">NotFound, Denied.</exception>
    public Task DeleteAsync(Caller caller, Guid id, CancellationToken cancel) =>
        ChangeAsync(
            caller, id, becomesShared: false,
            (db, view) =>
            {
                db.Remove(view);
                Record(db, caller, EventKinds.SavedViewDeleted, view, before: new { view.Kind, view.Name });
                return Task.CompletedTask;
            },
            cancel);

    /// <summary>The view with which the page opens; null for none.</summary>
    /// <exception cref="HubException">NotFound, Denied; Invalid where the view is not shared, or of another experiment or kind.</exception>
    public Task SetDefaultAsync(Caller caller, long experimentId, string kind, Guid? id, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                (await db.ExperimentAsync(caller, experimentId, Permission.Edit, cancel)).RequireActive();
                var next = id is { } wanted ? (await SeenAsync(db, caller, wanted, cancel)).View : null;
                if (next is not null && (!next.IsShared || next.ExperimentId != experimentId || next.Kind != kind))
                {
                    throw HubException.Invalid("The default must be a shared view of this experiment and kind.");
                }

                var before = await db.SavedViews.Where(v => v.ExperimentId == experimentId && v.Kind == kind && v.IsDefault).ToListAsync(cancel);
                before.ForEach(v => v.IsDefault = false);
                if (next is not null)
                {
                    next.IsDefault = true;
                }

                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.SavedViewDefaultSet, $"{experimentId}", experimentId,
                    before.Select(v => new { kind, v.Name }).FirstOrDefault(), new { kind, next?.Name });
            },
            cancel);

    private Task<SavedView> ChangeAsync(Caller caller, Guid id, bool becomesShared, Func<HubDb, SavedView, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var (view, has) = await SeenAsync(db, caller, id, cancel);
                var needed = view.OwnerId != caller.Id ? Permission.Manage : view.IsShared || becomesShared ? Permission.Edit : Permission.Read;
                ExperimentAccess.RequireOnExperiment(caller, has, needed, view.ExperimentId);
                await change(db, view);
                return view;
            },
            cancel);

    private static async Task<(SavedView View, Permission Has)> SeenAsync(HubDb db, Caller caller, Guid id, CancellationToken cancel)
    {
        var view = await SeenBy(db, caller).FirstOrDefaultAsync(v => v.Id == id, cancel);
        var has = view is null ? Permission.None : await db.PermissionAsync(caller, view.ExperimentId, cancel);
        return has == Permission.None ? throw HubException.NotFound($"No saved view with id={id:N} exists") : (view!, has);
    }

    private static IQueryable<SavedView> SeenBy(HubDb db, Caller caller) => db.SavedViews.Where(v => v.IsShared || v.OwnerId == caller.Id);

    private static async Task RequireFreeNameAsync(HubDb db, Guid owner, long experimentId, string kind, string name, CancellationToken cancel)
    {
        if (await db.SavedViews.AnyAsync(v => v.ExperimentId == experimentId && v.Kind == kind && v.OwnerId == owner && v.Name == name, cancel))
        {
            throw HubException.AlreadyExists($"A view named '{LogRules.Shown(name)}' exists already.");
        }
    }

    private static void Check(string kind, string name, string state)
    {
        if (!Kind().IsMatch(kind))
        {
            throw HubException.Invalid($"Invalid value for parameter 'kind' supplied: up to {Limits.SavedViewKind} small letters, digits and dashes.");
        }

        LogRules.CheckLength(name, Limits.SavedViewName, "name");
        LogRules.CheckLength(state, Limits.SavedViewState, "state");
        if (string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl) || state.Contains('\0', StringComparison.Ordinal))
        {
            throw HubException.Invalid("Invalid value for parameter 'name' supplied: a view's name must not be blank nor hold control characters.");
        }
    }

    private void Record(HubDb db, Caller caller, string kind, SavedView view, object? before = null, object? after = null) =>
        db.Record(caller, clock.GetUtcNow(), kind, $"{view.Id:N}", view.ExperimentId, before, after);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,49}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Kind();
}
