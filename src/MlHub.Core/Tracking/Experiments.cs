using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Tracking;

/// <summary>What people and clients can do with experiments.</summary>
public sealed class Experiments(HubDbFactory hub, TimeProvider clock)
{
    public async Task<Experiment> CreateAsync(
        Caller caller, string name, string? artifactLocation, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancel)
    {
        CheckName(name);
        var location = ArtifactLocation.ParseCustom(artifactLocation);
        LogRules.CheckCount(tags.Count, "tags");
        foreach (var tag in tags)
        {
            CheckTag(tag.Key, tag.Value);
        }

        return await hub.WriteAsync(
            async db =>
            {
                await db.RequireMayCreateAsync(caller, name, cancel);
                await RequireFreeNameAsync(db, name, cancel);
                var now = clock.GetUtcNow();
                var experiment = new Experiment { Name = name, ArtifactLocation = location ?? "", CreatedAt = now, UpdatedAt = now };
                experiment.Tags.AddRange(tags.GroupBy(t => t.Key).Select(g => new ExperimentTag { Key = g.Key, Value = g.Last().Value }));
                db.Add(experiment);
                await db.SaveChangesAsync(cancel);
                experiment.ArtifactLocation = location ?? ArtifactLocation.OfExperiment(experiment.Id);
                await db.PlaceAsync(experiment, cancel);
                if (caller.Id != Guid.Empty)
                {
                    db.Add(new ExperimentGrant { ExperimentId = experiment.Id, UserId = caller.Id, Permission = Permission.Manage });
                }

                db.Record(caller, now, EventKinds.ExperimentCreated, experiment.Id.ToString(), experiment.Id, after: new { experiment.Name });
                return experiment;
            },
            cancel);
    }

    public async Task<Experiment> GetAsync(Caller caller, long id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await LoadAsync(db, caller, id, Permission.Read, cancel);
    }

    /// <summary>The active experiment of that name, else the one deleted last.</summary>
    public async Task<Experiment> GetByNameAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.Experiments.AsNoTracking().Include(e => e.Tags).ReadableBy(db, caller)
            .Where(e => e.Name == name)
            .OrderBy(e => e.IsDeleted).ThenByDescending(e => e.UpdatedAt)
            .FirstOrDefaultAsync(cancel)
            ?? throw HubException.NotFound($"Could not find experiment with name '{LogRules.Shown(name)}'");
    }

    public Task RenameAsync(Caller caller, long id, string newName, CancellationToken cancel)
    {
        CheckName(newName);
        return ChangeAsync(
            caller, id, Permission.Edit,
            async (db, experiment, now) =>
            {
                experiment.RequireActive();
                if (experiment.Name == newName)
                {
                    return;
                }

                await db.ReplaceAsync(caller, experiment, newName, cancel);
                await RequireFreeNameAsync(db, newName, cancel);
                db.Record(caller, now, EventKinds.ExperimentRenamed, id.ToString(), id, new { experiment.Name }, new { Name = newName });
                (experiment.Name, experiment.UpdatedAt) = (newName, now);
            },
            cancel);
    }

    public Task DeleteAsync(Caller caller, long id, CancellationToken cancel) =>
        ChangeAsync(
            caller, id, Permission.Manage,
            async (db, experiment, now) =>
            {
                if (experiment.IsDeleted)
                {
                    throw HubException.NotFound($"No Experiment with id={id} exists");
                }

                await Pointers.RequireNoneAsync(db, caller, Pointers.FromExperiment(db, id), $"Experiment {id} cannot be deleted", cancel);
                experiment.Delete(caller.Name, now);
                db.Record(caller, now, EventKinds.ExperimentDeleted, id.ToString(), id, new { experiment.Name });
            },
            cancel);

    public Task RestoreAsync(Caller caller, long id, CancellationToken cancel) =>
        ChangeAsync(
            caller, id, Permission.Manage,
            async (db, experiment, now) =>
            {
                if (!experiment.IsDeleted)
                {
                    throw HubException.NotFound($"No Experiment with id={id} exists that is deleted");
                }

                await RequireFreeNameAsync(db, experiment.Name, cancel);
                experiment.Restore(now);
                db.Record(caller, now, EventKinds.ExperimentRestored, id.ToString(), id, after: new { experiment.Name });
            },
            cancel);

    public Task SetTagAsync(Caller caller, long id, string key, string value, CancellationToken cancel)
    {
        CheckTag(key, value);
        return ChangeAsync(
            caller, id, Permission.Edit,
            (db, experiment, now) =>
            {
                experiment.RequireActive();
                var tag = experiment.Tags.FirstOrDefault(t => t.Key == key);
                db.Record(caller, now, EventKinds.ExperimentTagSet, id.ToString(), id, tag is null ? null : new { key, tag.Value }, new { key, value });
                if (tag is null)
                {
                    experiment.Tags.Add(new ExperimentTag { Key = key, Value = value });
                }
                else
                {
                    tag.Value = value;
                }

                experiment.UpdatedAt = now;
                return Task.CompletedTask;
            },
            cancel);
    }

    public Task DeleteTagAsync(Caller caller, long id, string key, CancellationToken cancel) =>
        ChangeAsync(
            caller, id, Permission.Edit,
            (db, experiment, now) =>
            {
                experiment.RequireActive();
                var tag = experiment.Tags.FirstOrDefault(t => t.Key == key)
                    ?? throw HubException.NotFound($"No tag with key '{LogRules.Shown(key)}' found on experiment {id}");
                experiment.Tags.Remove(tag);
                db.Remove(tag);
                experiment.UpdatedAt = now;
                db.Record(caller, now, EventKinds.ExperimentTagDeleted, id.ToString(), id, new { key, tag.Value });
                return Task.CompletedTask;
            },
            cancel);

    private Task ChangeAsync(
        Caller caller, long id, Permission needed, Func<HubDb, Experiment, DateTimeOffset, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(async db => await change(db, await LoadAsync(db, caller, id, needed, cancel), clock.GetUtcNow()), cancel);

    private static async Task<Experiment> LoadAsync(HubDb db, Caller caller, long id, Permission needed, CancellationToken cancel)
    {
        var experiment = await db.ExperimentAsync(caller, id, needed, cancel);
        await db.Entry(experiment).Collection(e => e.Tags).LoadAsync(cancel);
        return experiment;
    }

    private static async Task RequireFreeNameAsync(HubDb db, string name, CancellationToken cancel)
    {
        if (await db.Experiments.AnyAsync(e => e.Name == name && !e.IsDeleted, cancel))
        {
            throw HubException.AlreadyExists($"Experiment(name={LogRules.Shown(name)}) already exists.");
        }
    }

    private static void CheckName(string name)
    {
        LogRules.CheckLength(name, Limits.ExperimentName, "name", "Experiment name");
        if (string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl))
        {
            throw HubException.Invalid("Invalid value for parameter 'name' supplied: an experiment's name must not be blank nor hold control characters.");
        }
    }

    private static void CheckTag(string key, string value)
    {
        LogRules.CheckKey(key, "key");
        LogRules.CheckLength(value, Limits.ExperimentTagValue, "value");
    }
}
