using System.Globalization;
using MlHub.Access;
using MlHub.Protocol.LoggedModels;
using MlHub.Protocol.Registry;
using MlHub.Protocol.Tracking;
using MlHub.Registry;
using MlHub.Web.Api;
using MlHub.Web.LoggedModels;
using MlHub.Web.Tracking;

namespace MlHub.Web.Registry;

/// <summary>Between the registry's messages and MlHub's own things.</summary>
public static class RegistryMapping
{
    public static ModelMessage ToMessage(this ModelDetails details)
    {
        var model = details.Model;
        return new(
            model.Name, model.CreatedAt.ToUnixTimeMilliseconds(), model.UpdatedAt.ToUnixTimeMilliseconds(), model.CreatedBy,
            model.Description.Length == 0 ? null : model.Description, details.LatestVersions.ToMessages(), Tags(model),
            model.Aliases.OrderBy(a => a.Alias, StringComparer.Ordinal).Select(a => new AliasMessage(a.Alias, Text(a.Version))).ToList().OrNull());
    }

    public static DatabricksModelMessage ToDatabricksMessage(this ModelDetails details)
    {
        var model = details.Model;
        return new(
            model.PublicId, model.Name, model.CreatedBy, model.CreatedAt.ToUnixTimeMilliseconds(), model.UpdatedAt.ToUnixTimeMilliseconds(),
            model.Description.Length == 0 ? null : model.Description, details.LatestVersions.ToMessages(), Tags(model), details.Permission.ToWire());
    }

    /// <summary>What is unset is an empty text in a version, as MLflow's server has it.</summary>
    public static ModelVersionMessage ToMessage(this VersionDetails details)
    {
        var version = details.Version;
        return new(
            details.Model.Name, Text(version.Number), version.CreatedAt.ToUnixTimeMilliseconds(), version.UpdatedAt.ToUnixTimeMilliseconds(), version.CreatedBy,
            version.Stage.ToString(), version.Description, version.Source, version.RunId ?? "", version.Status.ToWire(),
            version.StatusMessage.Length == 0 ? null : version.StatusMessage, version.RunLink ?? "", version.LoggedModelId,
            version.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull(),
            details.Aliases.ToList().OrNull(), details.AwaitsDecision ? new("APPROVAL") : null,
            details.LoggedModel?.Params.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new ModelParamMessage(p.Key, p.Value)).ToList().OrNull(),
            details.LoggedModel is { } logged ? details.LoggedModelMetrics.ToMessages(logged.ModelId) : null);
    }

    public static List<ModelVersionMessage>? ToMessages(this IEnumerable<VersionDetails> versions) => versions.Select(v => v.ToMessage()).ToList().OrNull();

    /// <summary>The version that a call names.</summary>
    public static VersionKey KeyOf(string? name, string? version) => VersionKey.Parse(Needed.Text(name, "name"), Needed.Text(version, "version"));

    /// <summary>How an upload ends: well, where nothing is said.</summary>
    public static VersionStatus StatusOf(string? status) => status switch
    {
        null or "" or "READY" => VersionStatus.Ready,
        "FAILED_REGISTRATION" => VersionStatus.FailedRegistration,
        _ => throw HubException.Invalid("Invalid value for parameter 'status' supplied: an upload ends as READY or FAILED_REGISTRATION."),
    };

    private static List<TagMessage>? Tags(RegisteredModel model) =>
        model.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
