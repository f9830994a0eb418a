using MlHub.Protocol.Tracking;
using MlHub.Tracking;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking;

/// <summary>MlHub's own calls that move and copy runs between experiments.</summary>
public sealed class RunTransferEndpoints(RunTransfers transfers)
{
    public void Map(MlflowRoutes mlhub)
    {
        mlhub.Post<TransferRunsRequest, Empty>("/runs/move", Scopes.TrackingWrite, MoveAsync);
        mlhub.Post<TransferRunsRequest, CopyRunsResponse>("/runs/copy", Scopes.TrackingWrite, CopyAsync);
    }

    private async Task<Empty> MoveAsync(TransferRunsRequest request, ApiCall call)
    {
        await transfers.MoveAsync(call.Caller, Needed.RunIds(request.RunIds), Needed.ExperimentId(request.ExperimentId), request.IncludeChildren == true, call.Cancel);
        return Empty.Answer;
    }

    private async Task<CopyRunsResponse> CopyAsync(TransferRunsRequest request, ApiCall call)
    {
        var copies = await transfers.CopyAsync(
            call.Caller, Needed.RunIds(request.RunIds), Needed.ExperimentId(request.ExperimentId), request.IncludeChildren == true, call.Cancel);
        return new([.. copies.Select(c => new CopiedRunMessage(c.Key, c.Value))]);
    }
}
