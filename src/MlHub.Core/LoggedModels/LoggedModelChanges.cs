using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.LoggedModels;

/// <summary>What a client says of a model it is about to log.</summary>
public sealed record NewLoggedModel(
    long ExperimentId, string? Name, string? ModelType, string? SourceRunId,
    IReadOnlyList<KeyValuePair<string, string>> Params, IReadOnlyList<KeyValuePair<string, string>> Tags);

/// <summary>The life of logged models: created, given params and tags, finalized, deleted. Their files are artifacts.</summary>
public sealed class LoggedModelChanges(HubDbFactory hub, TimeProvider clock)
{
    public async Task<LoggedModelDetails> CreateAsync(Caller caller, NewLoggedModel wanted, CancellationToken cancel)
    {
        var name = string.IsNullOrEmpty(wanted.Name) ? RunNames.MakeUp() : wanted.Name;
        LoggedModelRules.CheckName(name);
        LogRules.CheckLength(wanted.ModelType ?? "", Limits.LoggedModelType, "model_type");
        LogRules.CheckLength(wanted.SourceRunId ?? "", Limits.RunId, "source_run_id");
        LoggedModelRules.CheckParams(wanted.Params);
        LoggedModelRules.CheckTags(wanted.Tags);
        return await hub.WriteAsync(
            async db =>
            {
                var experiment = await db.ExperimentAsync(caller, wanted.ExperimentId, Permission.Edit, cancel);
                experiment.RequireActive();
                var now = clock.GetUtcNow();
                var model = new LoggedModel
                {
                    ModelId = LoggedModelRules.NewId(),
                    ExperimentId = experiment.Id,
                    Name = name,
                    ModelType = string.IsNullOrEmpty(wanted.ModelType) ? null : wanted.ModelType,
                    SourceRunId = string.IsNullOrEmpty(wanted.SourceRunId) ? null : wanted.SourceRunId,
                    CreatedBy = caller.Name,
                    CreatedAt = now,
                    UpdatedAt = now,
                    Tags = [.. wanted.Tags.GroupBy(t => t.Key).Select(g => new LoggedModelTag { Key = g.Key, Value = g.Last().Value })],
                };
                AddParams(model, wanted.Params);
                db.Add(model);
                await db.SaveChangesAsync(cancel);
                db.Record(
                    caller, now, EventKinds.LoggedModelCreated, model.ModelId, experiment.Id,
                    after: new { model.Name, model.ModelType, model.SourceRunId, @params = Texts(wanted.Params), tags = Texts(wanted.Tags) });
                return new LoggedModelDetails(model, experiment.ArtifactLocation, [], []);
            },
            cancel);
    }

    /// <summary>Says whether all files are there. Saying it twice is harmless.</summary>
    public Task FinalizeAsync(Caller caller, string modelId, LoggedModelStatus status, CancellationToken cancel) =>
        ChangeAsync(
            caller, modelId,
            (db, model, now) =>
            {
                if (model.Status != status)
                {
                    db.Record(
                        caller, now, EventKinds.LoggedModelFinalized, modelId, model.ExperimentId,
                        new { status = model.Status.ToWire() }, new { status = status.ToWire() });
                    (model.Status, model.UpdatedAt) = (status, now);
                }

                return Task.CompletedTask;
            },
            cancel);

    /// <exception cref="HubException">Invalid where a param would change its value.</exception>
    public Task LogParamsAsync(Caller caller, string modelId, IReadOnlyList<KeyValuePair<string, string>> values, CancellationToken cancel)
    {
        LoggedModelRules.CheckParams(values);
        return ChangeAsync(
            caller, modelId,
            async (db, model, now) =>
            {
                await db.Entry(model).Collection(m => m.Params).LoadAsync(cancel);
                if (AddParams(model, values) is { Count: > 0 } added)
                {
                    db.Record(caller, now, EventKinds.LoggedModelParamsLogged, modelId, model.ExperimentId, after: Texts(added));
                }
            },
            cancel);
    }

    public Task SetTagsAsync(Caller caller, string modelId, IReadOnlyList<KeyValuePair<string, string>> tags, CancellationToken cancel)
    {
        LoggedModelRules.CheckTags(tags);
        return ChangeAsync(
            caller, modelId,
            async (db, model, now) =>
            {
                await db.Entry(model).Collection(m => m.Tags).LoadAsync(cancel);
                Dictionary<string, string> before = [], after = [];
                foreach (var (key, value) in Texts(tags))
                {
                    var tag = model.Tags.Find(t => t.Key == key);
                    if (tag?.Value == value)
                    {
                        continue;
                    }

                    after[key] = value;
                    if (tag is null)
                    {
                        model.Tags.Add(new() { Key = key, Value = value });
                        continue;
                    }

                    before[key] = tag.Value;
                    tag.Value = value;
                }

                if (after.Count > 0)
                {
                    db.Record(caller, now, EventKinds.LoggedModelTagsSet, modelId, model.ExperimentId, before, after);
                }
            },
            cancel);
    }

    /// <exception cref="HubException">NotFound also where the model has no such tag, as in MLflow.</exception>
    public Task DeleteTagAsync(Caller caller, string modelId, string key, CancellationToken cancel) =>
        ChangeAsync(
            caller, modelId,
            async (db, model, now) =>
            {
                var tag = await db.LoggedModelTags.FindAsync([model.Key, key], cancel)
                    ?? throw HubException.NotFound($"No tag with key '{LogRules.Shown(key)}' found for model with ID '{modelId}'.");
                db.Remove(tag);
                db.Record(caller, now, EventKinds.LoggedModelTagDeleted, modelId, model.ExperimentId, new { key, tag.Value });
            },
            cancel);

    /// <summary>Takes the model out of all lists; its rows and files stay. Refused while a registered version came from it.</summary>
    public Task DeleteAsync(Caller caller, string modelId, CancellationToken cancel) =>
        ChangeAsync(
            caller, modelId,
            async (db, model, now) =>
            {
                await Pointers.RequireNoneAsync(
                    db, caller, db.ModelVersions.Where(v => v.LoggedModelKey == model.Key), $"Logged model '{modelId}' cannot be deleted", cancel);
                model.Delete(now);
                db.Record(caller, now, EventKinds.LoggedModelDeleted, modelId, model.ExperimentId, new { model.Name });
            },
            cancel);

    private Task ChangeAsync(Caller caller, string modelId, Func<HubDb, LoggedModel, DateTimeOffset, Task> change, CancellationToken cancel) =>
        hub.WriteAsync(async db => await change(db, await db.LoggedModelAsync(caller, modelId, Permission.Edit, cancel), clock.GetUtcNow()), cancel);

    /// <summary>Those that the model did not have yet.</summary>
    private static List<KeyValuePair<string, string>> AddParams(LoggedModel model, IReadOnlyList<KeyValuePair<string, string>> values)
    {
        var known = model.Params.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        List<KeyValuePair<string, string>> added = [];
        foreach (var param in values)
        {
            if (!known.TryAdd(param.Key, param.Value))
            {
                RequireUnchanged(model, param, known[param.Key]);
                continue;
            }

            model.Params.Add(new() { Key = param.Key, Value = param.Value });
            added.Add(param);
        }

        return added;
    }

    private static void RequireUnchanged(LoggedModel model, KeyValuePair<string, string> sent, string stored)
    {
        if (sent.Value != stored)
        {
            throw HubException.Invalid(
                $"Changing param values is not allowed. Param with key='{sent.Key}' was already logged with value='{LogRules.Shown(stored)}' for logged model '{model.ModelId}'. Attempted logging new value '{LogRules.Shown(sent.Value)}'.");
        }
    }

    private static Dictionary<string, string> Texts(IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value);
}
