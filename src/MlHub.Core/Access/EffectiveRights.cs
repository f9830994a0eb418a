using Microsoft.EntityFrameworkCore;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>One reason why somebody has a permission; the highest of all wins.</summary>
public sealed record RightSource(string Text, RegistryPermission Level, bool Wins);

/// <summary>Whether somebody may do one thing, and why or why not.</summary>
public sealed record JudgedAbility(Ability Ability, bool IsAllowed, string Reason);

/// <summary>What somebody may do with one model or experiment, and where it comes from.</summary>
public sealed record Rights(Principal Who, string Subject, RegistryPermission Level, IReadOnlyList<RightSource> Sources, IReadOnlyList<JudgedAbility> Abilities);

/// <summary>Says why somebody may do something or may not. For administrators and those who manage the object; everybody else asks for themselves.</summary>
public sealed class EffectiveRights(HubDbFactory hub)
{
    private const int MostListed = 1000;

    /// <exception cref="HubException">NotFound for an unknown account or model; Denied for somebody else's rights.</exception>
    public async Task<Rights> OnModelAsync(Caller caller, string userName, string modelName, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, modelName, IsSelf(caller, userName) ? RegistryPermission.Read : RegistryPermission.Manage, cancel);
        var user = await db.UserAsync(userName, cancel);
        var grants = await db.GrantsOf(user.AsCaller()).Where(g => g.ModelId == null || g.ModelId == model.Id)
            .GroupJoin(db.Groups, g => g.GroupId, o => o.Id, (grant, groups) => new { grant, groups })
            .SelectMany(g => g.groups.DefaultIfEmpty(), (g, group) => new { g.grant.ModelId, g.grant.Permission, Group = group == null ? null : group.Name })
            .ToListAsync(cancel);
        var held = grants.Select(g => (SourceText(g.Group, g.ModelId is null ? "the registry's root" : "the model", g.ModelId is not null && model.CreatedBy == user.UserName), g.Permission));
        return Judge(user, $"model {model.Name}", held, Ability.OnModels);
    }

    /// <exception cref="HubException">NotFound for an unknown account or experiment; Denied for somebody else's rights.</exception>
    public async Task<Rights> OnExperimentAsync(Caller caller, string userName, long experimentId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var experiment = await db.ExperimentAsync(caller, experimentId, IsSelf(caller, userName) ? Permission.Read : Permission.Manage, cancel);
        var user = await db.UserAsync(userName, cancel);
        var own = await db.ExperimentGrants.Where(g => g.ExperimentId == experimentId && g.UserId == user.Id).Select(g => g.Permission).ToListAsync(cancel);
        var groups = await db.ExperimentGroupGrants.Where(g => g.ExperimentId == experimentId && db.GroupMembers.Any(m => m.GroupId == g.GroupId && m.UserId == user.Id))
            .Join(db.Groups, g => g.GroupId, o => o.Id, (g, o) => new { o.Name, g.Permission }).ToListAsync(cancel);
        var folders = await db.FolderGrantsOf(user.AsCaller()).Where(g => db.ExperimentFolders.Any(p => p.ExperimentId == experimentId && p.FolderId == g.FolderId))
            .Join(db.Folders, g => g.FolderId, f => f.Id, (grant, folder) => new { grant, folder.Path })
            .GroupJoin(db.Groups, g => g.grant.GroupId, o => o.Id, (g, groups) => new { g.grant, g.Path, groups })
            .SelectMany(g => g.groups.DefaultIfEmpty(), (g, group) => new { g.Path, g.grant.Permission, Group = group == null ? null : group.Name })
            .ToListAsync(cancel);
        var held = own.Select(p => (SourceText(null, "the experiment", false), p.AsRegistry()))
            .Concat(groups.Select(g => (SourceText(g.Name, "the experiment", false), g.Permission.AsRegistry())))
            .Concat(folders.Select(f => (SourceText(f.Group, $"folder {f.Path}", false), f.Permission.AsRegistry())));
        return Judge(user, $"experiment {experiment.Name}", held, Ability.OnExperiments);
    }

    /// <summary>The names of the models that the caller can ask about.</summary>
    public async Task<List<string>> ModelNamesAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.RegisteredModels.ReadableBy(db, caller).OrderBy(m => m.Name).Take(MostListed).Select(m => m.Name).ToListAsync(cancel);
    }

    private static bool IsSelf(Caller caller, string userName) => string.Equals(caller.Name, userName, StringComparison.OrdinalIgnoreCase);

    private static string SourceText(string? group, string on, bool isCreator) =>
        group is null ? $"own grant on {on}{(isCreator ? ", as its creator" : "")}" : $"grant of group {group} on {on}";

    private static Rights Judge(HubUser user, string subject, IEnumerable<(string Text, RegistryPermission Level)> held, IReadOnlyList<Ability> abilities)
    {
        var all = held.ToList();
        if (user.IsAdmin)
        {
            all.Add(("administrator of the hub", RegistryPermission.Manage));
        }

        all = [.. all.OrderByDescending(s => s.Level)];
        var level = all.Select(s => s.Level).FirstOrDefault();
        var sources = all.Select((s, i) => new RightSource(s.Text, s.Level, i == 0)).ToList();
        return new(user.AsPrincipal(), subject, user.IsDisabled ? RegistryPermission.None : level, sources, [.. abilities.Select(a => Judge(user, a, sources.FirstOrDefault()))]);
    }

    private static JudgedAbility Judge(HubUser user, Ability ability, RightSource? best)
    {
        var allowed = !user.IsDisabled && best is not null && best.Level >= ability.Needed;
        var reason =
            user.IsDisabled ? "The account is disabled: nothing of it is let in."
            : best is null ? $"{user.UserName} was given nothing here, in person or through a group; this needs {ability.Needed.ToWire()}."
            : allowed ? $"{best.Level.ToWire()} by {best.Text}; this needs {ability.Needed.ToWire()}."
            : $"{best.Level.ToWire()} by {best.Text} is the highest that {user.UserName} has; this needs {ability.Needed.ToWire()}.";
        return new(ability, allowed, reason);
    }
}
