using System.Globalization;
using MlHub.Past;
using MlHub.Protocol.Registry;
using MlHub.Protocol.Tracking;
using MlHub.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Past;

/// <summary>The past in the registry's own messages, so that clients read it as they read the present.</summary>
public static class PastMapping
{
    private const long LastInstant = 253_402_300_799_999;

    /// <exception cref="HubException">Invalid for what is no instant.</exception>
    public static DateTimeOffset Instant(long asOf) => asOf is >= 0 and <= LastInstant
        ? DateTimeOffset.FromUnixTimeMilliseconds(asOf)
        : throw HubException.Invalid("Invalid value for parameter 'as_of' supplied: It must be milliseconds since 1970.");

    public static ModelMessage ToMessage(this PastModel model) => new(
        model.Name, model.CreatedAt.ToUnixTimeMilliseconds(), model.UpdatedAt.ToUnixTimeMilliseconds(), model.CreatedBy,
        model.Description.Length == 0 ? null : model.Description, model.LatestVersions.ToMessages(model), Tags(model.Tags),
        model.Aliases.Select(a => new AliasMessage(a.Alias, Text(a.Version))).ToList().OrNull());

    public static ModelVersionMessage ToMessage(this PastVersion version, PastModel model) => new(
        model.Name, Text(version.Number), version.CreatedAt.ToUnixTimeMilliseconds(), version.UpdatedAt.ToUnixTimeMilliseconds(), version.CreatedBy,
        version.Stage.ToString(), version.Description, version.Source, version.RunId ?? "", version.Status.ToWire(),
        version.StatusMessage.Length == 0 ? null : version.StatusMessage, "", null, Tags(version.Tags), model.AliasesOf(version.Number).ToList().OrNull(), null, null, null);

    public static List<ModelVersionMessage>? ToMessages(this IEnumerable<PastVersion> versions, PastModel model) =>
        versions.Select(v => v.ToMessage(model)).ToList().OrNull();

    private static List<TagMessage>? Tags(IReadOnlyDictionary<string, string> tags) => tags.Select(t => new TagMessage(t.Key, t.Value)).ToList().OrNull();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
