using MlHub.Past;
using MlHub.Protocol.Registry;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Web.Api;

namespace MlHub.Web.Past;

/// <summary>Answers the registry's own reads as of an instant.</summary>
public sealed class PastAnswers(RegistryPast past)
{
    public async Task<ModelResponse> ModelAsync(string name, long asOf, ApiCall call) => new((await AtAsync(name, asOf, call)).ToMessage());

    public async Task<VersionResponse> VersionAsync(VersionKey key, long asOf, ApiCall call)
    {
        var (model, version) = await past.VersionAtAsync(call.Caller, key, PastMapping.Instant(asOf), call.Cancel);
        return new(version.ToMessage(model));
    }

    public async Task<VersionResponse> AliasAsync(string name, string alias, long asOf, ApiCall call)
    {
        var model = await AtAsync(name, asOf, call);
        return model.Aliases.FirstOrDefault(a => a.Alias == alias) is { } found && model.VersionOrNull(found.Version) is { } version
            ? new(version.ToMessage(model))
            : throw HubException.Invalid($"Registered model alias {LogRules.Shown(alias)} was not there then.");
    }

    public async Task<VersionsResponse> LatestAsync(string name, IReadOnlyList<Stage> stages, long asOf, ApiCall call)
    {
        var model = await AtAsync(name, asOf, call);
        return new(model.LatestVersions.Where(v => stages.Count == 0 || stages.Contains(v.Stage)).ToMessages(model), null);
    }

    private Task<PastModel> AtAsync(string name, long asOf, ApiCall call) => past.ModelAtAsync(call.Caller, name, PastMapping.Instant(asOf), call.Cancel);
}
