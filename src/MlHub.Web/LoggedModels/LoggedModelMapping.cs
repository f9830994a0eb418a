using System.Globalization;
using System.Text.Json;
using MlHub.LoggedModels;
using MlHub.Protocol.LoggedModels;
using MlHub.Protocol.Tracking;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.LoggedModels;

/// <summary>Between the messages of logged models and MlHub's own things.</summary>
public static class LoggedModelMapping
{
    /// <summary>MLflow's server tells by this tag which versions a model became; here it is written for each reader anew.</summary>
    private const string VersionsTag = "mlflow.modelVersions";

    public static LoggedModelMessage ToMessage(this LoggedModelDetails details)
    {
        var model = details.Model;
        return new(
            new(
                model.ModelId, model.ExperimentId.ToString(CultureInfo.InvariantCulture), model.Name, model.CreatedAt.ToUnixTimeMilliseconds(),
                model.UpdatedAt.ToUnixTimeMilliseconds(), details.ArtifactUri, model.Status.ToWire(), model.ModelType, model.SourceRunId, model.StatusMessage,
                Tags(details).ToList().OrNull(),
                details.Registrations.Select(r => new LoggedModelRegistrationMessage(r.Key.Model, r.Key.Number.ToString(CultureInfo.InvariantCulture))).ToList().OrNull()),
            new(model.Params.Select(p => new ParamMessage(p.Key, p.Value)).ToList().OrNull(), details.Metrics.ToMessages(model.ModelId)));
    }

    public static List<MeasuredMetricMessage>? ToMessages(this IEnumerable<LoggedModelMetric> metrics, string modelId) =>
        metrics.Select(m => new MeasuredMetricMessage(
            m.Key, m.Logged, m.Timestamp, m.Step, m.DatasetName.Length == 0 ? null : m.DatasetName, m.DatasetDigest.Length == 0 ? null : m.DatasetDigest,
            modelId, m.RunId)).ToList().OrNull();

    /// <exception cref="HubException">Invalid for what is no state that a model can be given.</exception>
    public static LoggedModelStatus StatusOf(string? status) =>
        LoggedModelStatuses.ParseOrNull(Needed.Text(status, "status"))
        ?? throw HubException.Invalid($"Invalid value \"{LogRules.Shown(status!)}\" for parameter 'status' supplied: It must be one of {string.Join(", ", Enum.GetValues<LoggedModelStatus>().Select(s => s.ToWire()))}.");

    public static LoggedModelOrder ToOrder(LoggedModelOrderMessage message, int index) => new(
        Needed.Text(Needed.Entry(message, $"order_by[{index}]").FieldName, $"order_by[{index}].field_name"), message.Ascending ?? true,
        message.DatasetName is { Length: > 0 } name ? name : null, message.DatasetDigest is { Length: > 0 } digest ? digest : null);

    /// <exception cref="HubException">Invalid without a name, in MLflow's words.</exception>
    public static MeasuredOn ToMeasuredOn(DatasetFilterMessage? message) =>
        message?.DatasetName is { Length: > 0 } name
            ? new(name, message.DatasetDigest is { Length: > 0 } digest ? digest : null)
            : throw HubException.Invalid("`dataset_name` in the `datasets` clause must be specified.");

    public static ModelMetric? ToModelMetric(this MetricMessage message, Metric metric) =>
        string.IsNullOrEmpty(message.ModelId) ? null : new(message.ModelId, message.DatasetName ?? "", message.DatasetDigest ?? "", metric);

    public static List<string> ToInputs(this List<ModelInputMessage>? messages) =>
        messages?.Select((m, i) => Needed.Text(Needed.Entry(m, $"models[{i}]").ModelId, $"models[{i}].model_id")).ToList() ?? [];

    public static List<RunModelLink> ToOutputs(this List<ModelOutputMessage>? messages) =>
        messages?.Select((m, i) => new RunModelLink(
            ModelLink.Output, Needed.Text(Needed.Entry(m, $"models[{i}]").ModelId, $"models[{i}].model_id"), m.Step ?? 0)).ToList() ?? [];

    private static IEnumerable<TagMessage> Tags(LoggedModelDetails details)
    {
        var tags = details.Model.Tags.Select(t => new TagMessage(t.Key, t.Value));
        return details.Registrations.Count == 0 || details.Model.Tags.Any(t => t.Key == VersionsTag)
            ? tags
            : tags.Append(new(VersionsTag, Versions(details.Registrations.Reverse())));
    }

    /// <summary>Spaced as by Python, for clients compare the text.</summary>
    private static string Versions(IEnumerable<Registration> registrations) =>
        $"[{string.Join(", ", registrations.Select(r => $$"""{"name": {{JsonSerializer.Serialize(r.Key.Model)}}, "version": {{r.Key.Number}}}"""))}]";
}
