using System.Text.Json;
using MlHub.LoggedModels;
using MlHub.Protocol.LoggedModels;
using MlHub.Protocol.Tracking;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking;

/// <summary>Between MLflow's messages and MlHub's own things.</summary>
public static class TrackingMapping
{
    public static ExperimentMessage ToMessage(this Experiment experiment) => new(
        experiment.Id.ToString(), experiment.Name, experiment.ArtifactLocation, Stage(experiment.IsDeleted),
        experiment.UpdatedAt.ToUnixTimeMilliseconds(), experiment.CreatedAt.ToUnixTimeMilliseconds(),
        experiment.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull());

    public static RunInfoMessage ToInfo(this Run run, string experimentLocation) => new(
        run.RunId, run.RunId, run.Name, run.ExperimentId.ToString(), run.UserId, run.Status.ToString().ToUpperInvariant(),
        run.StartTime, run.EndTime, ArtifactLocation.OfRun(experimentLocation, run.RunId), Stage(run.IsDeleted));

    public static RunMessage ToMessage(this FoundRun found)
    {
        var details = found.Details;
        return new(
            details.Run.ToInfo(found.ExperimentLocation),
            new(
                details.Metrics.Select(m => new LoggedMetricMessage(m.Key, m.Value, m.Timestamp, m.Step)).ToList().OrNull(), details.Params.OrNull(), details.Tags.OrNull()),
            new(
                details.Inputs.Select(ToMessage).ToList().OrNull(),
                details.Models.Where(m => m.Link == ModelLink.Input).Select(m => new ModelInputMessage(m.ModelId)).ToList().OrNull()),
            details.Models.Where(m => m.Link == ModelLink.Output).Select(m => new ModelOutputMessage(m.ModelId, m.Step)).ToList().OrNull() is { } outputs
                ? new(outputs)
                : null);
    }

    public static List<Metric> AsMetrics(this List<MetricMessage>? metrics)
    {
        try
        {
            return metrics?.Select((m, i) => m.ToMetric(i)).ToList() ?? [];
        }
        catch (HubException missing)
        {
            // MLflow 2 names the whole list, MLflow 3 the field: their clients' tests look for the one or the other.
            throw WrongValues.Refuse(WrongValues.Shown(JsonSerializer.SerializeToElement(metrics, WireJson.Default.ListMetricMessage)), "metrics", missing.Message);
        }
    }

    private static Metric ToMetric(this MetricMessage message, int index) => new(
        Needed.Text(Needed.Entry(message, $"metrics[{index}]").Key, $"metrics[{index}].key"), Needed.Value(message.Value, $"metrics[{index}].value"),
        Needed.Value(message.Timestamp, $"metrics[{index}].timestamp"), message.Step ?? 0);

    public static List<KeyValuePair<string, string>> AsPairs(this List<TagMessage>? tags, string list) =>
        tags?.Select((t, i) => KeyValuePair.Create(Needed.Text(Needed.Entry(t, $"{list}[{i}]").Key, $"{list}[{i}].key"), t.Value ?? "")).ToList() ?? [];

    public static List<KeyValuePair<string, string>> AsPairs(this List<ParamMessage>? values, string list) =>
        values?.Select((p, i) => KeyValuePair.Create(Needed.Text(Needed.Entry(p, $"{list}[{i}]").Key, $"{list}[{i}].key"), p.Value ?? "")).ToList() ?? [];

    public static List<string> Entries(this List<string>? texts, string list) =>
        texts?.Select((t, i) => Needed.Entry(t, $"{list}[{i}]")).ToList() ?? [];

    /// <summary>The name of the enum or its number; as MLflow's server does, an unknown one is taken as if it had not been sent.</summary>
    public static ViewType ViewTypeOf(string? name) => name switch
    {
        "DELETED_ONLY" or "2" => ViewType.DeletedOnly,
        "ALL" or "3" => ViewType.All,
        _ => ViewType.ActiveOnly,
    };

    public static RunStatus? StatusOf(string? name) =>
        Enum.TryParse<RunStatus>(name, ignoreCase: true, out var status) && Enum.IsDefined(status) ? status : null;

    /// <summary>MLflow leaves an empty list out.</summary>
    public static List<T>? OrNull<T>(this List<T> list) => list.Count == 0 ? null : list;

    /// <inheritdoc cref="OrNull{T}(List{T})"/>
    public static IReadOnlyList<T>? OrNull<T>(this IReadOnlyList<T> list) => list.Count == 0 ? null : list;

    private static DatasetInputMessage ToMessage(LoggedInput input) => new(
        JsonSerializer.Deserialize<Dictionary<string, string>>(input.Tags)!.Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull(),
        new(input.Dataset.Name, input.Dataset.Digest, input.Dataset.SourceType, input.Dataset.Source, input.Dataset.Schema, input.Dataset.Profile));

    private static string Stage(bool deleted) => deleted ? "deleted" : "active";
}
