using System.Globalization;
using MlHub.Past;
using MlHub.Protocol.Past;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.Past;

/// <summary>What no MLflow client knows to ask: who was in which stage when. The registry's own calls take <c>as_of</c>.</summary>
public sealed class PastEndpoints(RegistryPast past)
{
    public void Map(MlflowRoutes hub) =>
        hub.Get<StageHistoryRequest, StageHistoryResponse>("/registered-models/stage-history", Scopes.RegistryRead, StageHistoryAsync);

    private async Task<StageHistoryResponse> StageHistoryAsync(StageHistoryRequest request, ApiCall call)
    {
        var bands = await past.StageHistoryAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel);
        return new(bands.ConvertAll(b => new StageBandMessage(
            b.Version.ToString(CultureInfo.InvariantCulture), b.Stage.ToString(), b.From.ToUnixTimeMilliseconds(), b.Until?.ToUnixTimeMilliseconds(), b.By)).OrNull());
    }
}
