using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>What people and clients can do with registered models.</summary>
public sealed class RegisteredModels(HubDbFactory hub, TimeProvider clock)
{
    public async Task<ModelDetails> CreateAsync(
        Caller caller, string name, string? description, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancel)
    {
        RegistryRules.CheckModelName(name);
        RegistryRules.CheckDescription(description);
        RegistryRules.CheckTags(tags);
        RegistryRules.CheckOwnTags(tags.Select(t => t.Key));
        var wanted = tags.GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Last().Value);
        return await hub.WriteAsync(
            async db =>
            {
                await RequireFreeNameAsync(db, caller, name, wanted, cancel);
                var now = clock.GetUtcNow();
                var model = new RegisteredModel
                {
                    PublicId = Guid.NewGuid().ToString("N"),
                    Name = name,
                    NormalizedName = name.ToUpperInvariant(),
                    Description = description ?? "",
                    CreatedBy = caller.Name,
                    CreatedAt = now,
                    UpdatedAt = now,
                    Tags = [.. wanted.Select(t => new RegisteredModelTag { Key = t.Key, Value = t.Value })],
                };
                db.Add(model);
                await db.SaveChangesAsync(cancel);
                if (caller.Id != Guid.Empty)
                {
                    db.Add(new RegistryGrant { ModelId = model.Id, UserId = caller.Id, Permission = RegistryPermission.Manage });
                }

                db.Record(caller, now, EventKinds.ModelCreated, model, after: new { name, description = model.Description, tags = wanted });
                return new ModelDetails(model, RegistryPermission.Manage, []);
            },
            cancel);
    }

    public async Task<ModelDetails> GetAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        return await RegistryReader.ModelAsync(db, found, cancel);
    }

    public Task RenameAsync(Caller caller, string name, string newName, CancellationToken cancel)
    {
        RegistryRules.CheckModelName(newName, "new_name");
        return ChangeAsync(
            caller, name, RegistryPermission.Manage,
            async (db, model, now) =>
            {
                if (model.Name == newName)
                {
                    return;
                }

                await RequireNoneLiveAsync(db, model, "renamed", cancel);
                if (await TakenByOrNullAsync(db, newName, cancel) is { } taken && taken != model.Id)
                {
                    throw Taken("Registered Model", newName);
                }

                (model.Name, model.NormalizedName, model.UpdatedAt) = (newName, newName.ToUpperInvariant(), now);
                db.Record(caller, now, EventKinds.ModelRenamed, model, before: new { name }, after: new { name = newName });
            },
            cancel);
    }

    public Task DescribeAsync(Caller caller, string name, string text, CancellationToken cancel)
    {
        RegistryRules.CheckDescription(text);
        return ChangeAsync(
            caller, name, RegistryPermission.Edit,
            (db, model, now) =>
            {
                if (model.Description != text)
                {
                    db.Record(caller, now, EventKinds.ModelDescribed, model, before: new { model.Description }, after: new { description = text });
                    (model.Description, model.UpdatedAt) = (text, now);
                }

                return Task.CompletedTask;
            },
            cancel);
    }

    /// <summary>Deletes the model with its versions. What another model's version was copied from stays.</summary>
    public Task DeleteAsync(Caller caller, string name, CancellationToken cancel) =>
        ChangeAsync(
            caller, name, RegistryPermission.Manage,
            async (db, model, now) =>
            {
                await RequireNoneLiveAsync(db, model, "deleted", cancel);
                var own = db.ModelVersions.Where(v => v.ModelId == model.Id).Select(v => v.Id);
                await Pointers.RequireNoneAsync(
                    db, caller, db.ModelVersions.Where(v => v.ModelId != model.Id && v.SourceVersionId != null && own.Contains(v.SourceVersionId.Value)),
                    $"Model '{LogRules.Shown(name)}' cannot be deleted", cancel);
                db.Remove(model);
                db.Record(caller, now, EventKinds.ModelDeleted, model, before: new { name });
            },
            cancel);

    public Task SetTagAsync(Caller caller, string name, string key, string value, CancellationToken cancel)
    {
        RegistryRules.CheckTag(key, value);
        RegistryRules.CheckOwnTags([key]);
        return ChangeAsync(
            caller, name, RegistryPermission.Edit,
            async (db, model, now) =>
            {
                var tag = await db.RegisteredModelTags.FindAsync([model.Id, key], cancel);
                if (tag?.Value == value)
                {
                    return;
                }

                db.Record(caller, now, EventKinds.ModelTagSet, model, before: tag is null ? null : new { key, tag.Value }, after: new { key, value });
                if (tag is null)
                {
                    db.Add(new RegisteredModelTag { ModelId = model.Id, Key = key, Value = value });
                }
                else
                {
                    tag.Value = value;
                }
            },
            cancel);
    }

    /// <summary>Deleting what is not there is harmless, as in MLflow.</summary>
    public Task DeleteTagAsync(Caller caller, string name, string key, CancellationToken cancel) =>
        ChangeAsync(
            caller, name, RegistryPermission.Edit,
            async (db, model, now) =>
            {
                RegistryRules.CheckOwnTags([key]);
                if (await db.RegisteredModelTags.FindAsync([model.Id, key], cancel) is { } tag)
                {
                    db.Remove(tag);
                    db.Record(caller, now, EventKinds.ModelTagDeleted, model, before: new { key, tag.Value });
                }
            },
            cancel);

    private Task ChangeAsync(
        Caller caller, string name, RegistryPermission needed, Func<HubDb, RegisteredModel, DateTimeOffset, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(async db => await change(db, await db.ModelAsync(caller, name, needed, cancel), clock.GetUtcNow()), cancel);

    /// <summary>Models and prompts share their names; which of them has it is told to whoever may read it.</summary>
    private static async Task RequireFreeNameAsync(HubDb db, Caller caller, string name, Dictionary<string, string> tags, CancellationToken cancel)
    {
        if (await TakenByOrNullAsync(db, name, cancel) is not { } taken)
        {
            return;
        }

        var isPrompt = tags.GetValueOrDefault(RegistrySubjects.PromptTag) == "true";
        var isTakenByPrompt = await db.RegisteredModels.ReadableBy(db, caller).Where(m => m.Id == taken)
            .Select(m => (bool?)m.Tags.Any(t => t.Key == RegistrySubjects.PromptTag && t.Value == "true")).FirstOrDefaultAsync(cancel);
        throw isTakenByPrompt is { } other && other != isPrompt
            ? HubException.AlreadyExists($"Tried to create a {Kind(isPrompt)} with name '{LogRules.Shown(name)}', but the name is already taken by a {Kind(other)}.")
            : Taken(isPrompt ? "Prompt" : "Registered Model", name);

        static string Kind(bool isPrompt) => isPrompt ? "prompt" : "registered model";
    }

    private static Task<long?> TakenByOrNullAsync(HubDb db, string name, CancellationToken cancel)
    {
        var normalized = name.ToUpperInvariant();
        return db.RegisteredModels.Where(m => m.NormalizedName == normalized).Select(m => (long?)m.Id).FirstOrDefaultAsync(cancel);
    }

    private static HubException Taken(string kind, string name) => HubException.AlreadyExists($"{kind} (name={LogRules.Shown(name)}) already exists.");

    private static async Task RequireNoneLiveAsync(HubDb db, RegisteredModel model, string verb, CancellationToken cancel)
    {
        const int named = 5;
        var live = await db.ModelVersions.Where(v => v.ModelId == model.Id && (v.Stage == Stage.Staging || v.Stage == Stage.Production))
            .OrderBy(v => v.Number).Select(v => new { v.Number, v.Stage }).Take(named + 1).ToListAsync(cancel);
        if (live.Count > 0)
        {
            throw HubException.Invalid(
                $"Model '{LogRules.Shown(model.Name)}' cannot be {verb}: {string.Join(", ", live.Take(named).Select(v => $"version {v.Number} is in {v.Stage}"))}{(live.Count > named ? " and others too" : "")}. Move them to None or Archived first.");
        }
    }
}
