using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.LoggedModels;
using MlHub.Operations;

namespace MlHub.Tracking;

/// <summary>A dataset as a client names it, with the tags of its use.</summary>
public sealed record NewInput(
    string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile, IReadOnlyDictionary<string, string> Tags);

/// <summary>What runs log: metrics, params and tags in bulk, the data they read, the models they write.</summary>
public sealed class RunLogs(HubDbFactory hub, IRunLogStore store, TimeProvider clock)
{
    public const string LoggedModelsTag = "mlflow.log-model.history";

    public async Task AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        log = LogRules.Checked(log);
        await RequireModelsAsync(caller, log.ModelMetrics, cancel);
        await store.AppendAsync(caller, runId, log, cancel);
        HubMeter.Points.Add(log.Metrics.Count);
    }

    /// <summary>The data and the models that the run read.</summary>
    public async Task LogInputsAsync(
        Caller caller, string runId, IReadOnlyList<NewInput> inputs, IReadOnlyList<string> modelIds, CancellationToken cancel)
    {
        List<RunModelLink> models = [.. modelIds.Select(id => new RunModelLink(ModelLink.Input, id, 0))];
        LoggedModelRules.CheckLinks(models);
        LogRules.CheckCount(inputs.Count, "datasets");
        foreach (var input in inputs)
        {
            Check(input);
        }

        await hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, Permission.Edit, cancel);
                run.RequireActive();
                await AttachAsync(db, run, inputs, cancel);
                if (inputs.Count > 0 || models.Count == 0)
                {
                    db.Record(
                        caller, clock.GetUtcNow(), EventKinds.RunInputsLogged, runId, run.ExperimentId,
                        after: inputs.Select(i => new { i.Name, i.Digest }));
                }

                await LinkAsync(db, caller, run, models, cancel);
            },
            cancel);
    }

    /// <summary>The models that the run made.</summary>
    public Task LogOutputsAsync(Caller caller, string runId, IReadOnlyList<RunModelLink> models, CancellationToken cancel)
    {
        LoggedModelRules.CheckLinks(models);
        return hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, Permission.Edit, cancel);
                run.RequireActive();
                await LinkAsync(db, caller, run, models, cancel);
            },
            cancel);
    }

    /// <summary>The call of MLflow 1 and 2: the model's description is added to a tag of the run.</summary>
    public Task LogModelAsync(Caller caller, string runId, string modelJson, CancellationToken cancel)
    {
        var model = ParseModel(modelJson);
        return hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, Permission.Edit, cancel);
                run.RequireActive();
                var tag = await db.RunTags.FindAsync([run.Key, LoggedModelsTag], cancel);
                var history = tag is null ? [] : ParseHistory(tag.Value);
                history.Add(model.DeepClone());
                var value = history.ToJsonString();
                LogRules.CheckLength(value, Limits.TagValue, LoggedModelsTag);
                if (tag is null)
                {
                    db.Add(new RunTag { RunKey = run.Key, Key = LoggedModelsTag, Value = value });
                }
                else
                {
                    tag.Value = value;
                }

                db.Record(caller, clock.GetUtcNow(), EventKinds.RunLogged, runId, run.ExperimentId, after: new { model = model["artifact_path"]?.ToString() });
            },
            cancel);
    }

    /// <summary>Who measures a model changes what is known of it, and so needs to EDIT where it is.</summary>
    private async Task RequireModelsAsync(Caller caller, IReadOnlyList<ModelMetric> metrics, CancellationToken cancel)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        foreach (var metric in metrics)
        {
            LogRules.CheckLength(metric.DatasetName, Limits.DatasetName, "dataset_name");
            LogRules.CheckLength(metric.DatasetDigest, Limits.DatasetDigest, "dataset_digest");
        }

        await using var db = hub.Open();
        foreach (var modelId in metrics.Select(m => m.ModelId).Distinct())
        {
            await db.LoggedModelAsync(caller, modelId, Permission.Edit, cancel);
        }
    }

    /// <summary>Adds the links that are new.</summary>
    private async Task LinkAsync(HubDb db, Caller caller, Run run, IReadOnlyList<RunModelLink> models, CancellationToken cancel)
    {
        var known = await db.RunModels.Where(l => l.RunKey == run.Key).ToListAsync(cancel);
        var added = models.Except(known.Select(l => new RunModelLink(l.Link, l.ModelId, l.Step))).ToList();
        db.AddRange(added.Select(l => new RunModel { RunKey = run.Key, Link = l.Link, ModelId = l.ModelId, Step = l.Step }));
        if (added.Count > 0)
        {
            db.Record(
                caller, clock.GetUtcNow(), EventKinds.RunModelsLogged, run.RunId, run.ExperimentId,
                after: added.Select(l => new { link = l.Link.ToString(), l.ModelId, l.Step }));
        }
    }

    /// <summary>A dataset is stored once for its experiment; what was said first of it and of its use stays, as in MLflow.</summary>
    private static async Task AttachAsync(HubDb db, Run run, IReadOnlyList<NewInput> inputs, CancellationToken cancel)
    {
        var names = inputs.Select(i => i.Name).Distinct().ToList();
        var known = await db.Datasets.Where(d => d.ExperimentId == run.ExperimentId && names.Contains(d.Name))
            .Select(d => new { d.Id, d.Name, d.Digest }).ToDictionaryAsync(d => (d.Name, d.Digest), d => d.Id, cancel);
        var added = inputs.DistinctBy(i => (i.Name, i.Digest)).Where(i => !known.ContainsKey((i.Name, i.Digest))).Select(i => new Dataset
        {
            ExperimentId = run.ExperimentId,
            Name = i.Name,
            Digest = i.Digest,
            SourceType = i.SourceType,
            Source = i.Source,
            Schema = i.Schema,
            Profile = i.Profile,
        }).ToList();
        db.AddRange(added);
        await db.SaveChangesAsync(cancel);
        added.ForEach(d => known.Add((d.Name, d.Digest), d.Id));

        var used = await db.RunInputs.Where(i => i.RunKey == run.Key).Select(i => i.DatasetId).ToHashSetAsync(cancel);
        foreach (var use in inputs)
        {
            var id = known[(use.Name, use.Digest)];
            if (used.Add(id))
            {
                db.Add(new RunInput { RunKey = run.Key, DatasetId = id, Tags = JsonSerializer.Serialize(use.Tags) });
            }
        }
    }

    private static void Check(NewInput input)
    {
        LogRules.CheckLength(input.Name, Limits.DatasetName, "datasets.dataset.name", "Dataset name");
        LogRules.CheckLength(input.Digest, Limits.DatasetDigest, "datasets.dataset.digest", "Dataset digest");
        LogRules.CheckLength(input.SourceType, Limits.DatasetSourceType, "datasets.dataset.source_type");
        LogRules.CheckLength(input.Source, Limits.DatasetSource, "datasets.dataset.source", "Dataset source");
        LogRules.CheckLength(input.Schema ?? "", Limits.DatasetSchema, "datasets.dataset.schema", "Dataset schema");
        LogRules.CheckLength(input.Profile ?? "", Limits.DatasetProfile, "datasets.dataset.profile", "Dataset profile");
        foreach (var (key, value) in input.Tags)
        {
            LogRules.CheckLength(key, Limits.InputTagKey, "datasets.tags.key", "InputTag key");
            LogRules.CheckLength(value, Limits.InputTagValue, "datasets.tags.value", "InputTag value");
        }
    }

    /// <summary>The tag is a tag like any other, so a client may have written anything there.</summary>
    private static JsonArray ParseHistory(string tag)
    {
        try
        {
            return JsonNode.Parse(tag, documentOptions: new() { MaxDepth = Limits.JsonDepth })?.AsArray() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw HubException.Invalid($"The run's tag {LoggedModelsTag} is not a JSON list, so no model can be added to it.");
        }
    }

    private static JsonObject ParseModel(string json)
    {
        try
        {
            var model = JsonNode.Parse(json, documentOptions: new() { MaxDepth = Limits.JsonDepth })?.AsObject();
            string[] needed = ["artifact_path", "flavors", "utc_time_created", "run_id"];
            var missing = needed.Where(n => model?[n] is null).ToArray();
            return missing.Length == 0
                ? model!
                : throw HubException.Invalid($"Model json is missing mandatory fields: {string.Join(", ", missing)}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw HubException.Invalid("Malformed model info: 'model_json' is not a JSON object.");
        }
    }
}
