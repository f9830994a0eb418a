using System.Text.Json;
using MlHub.Protocol.Serving;
using MlHub.Registry;
using MlHub.Serving.Capture;
using MlHub.Serving.Drift;
using MlHub.Serving.Duels;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Serving;

/// <summary>MlHub's serving/capture, captured, drift and duel: which requests to a model are kept, and what is made of them.</summary>
public sealed class CaptureEndpoints(CapturedRequests captured, Drifts drifts, Duels duels)
{
    private const int DefaultPage = 50, DefaultHours = 24;

    public void Map(MlflowRoutes own)
    {
        own.Post<SetCaptureRequest, CaptureResponse>("/serving/capture", Scopes.RegistryWrite, SetAsync);
        own.Get<ServedModelRequest, CaptureResponse>("/serving/capture", Scopes.RegistryRead, GetAsync);
        own.Get<CapturedRequestsRequest, CapturedRequestsResponse>("/serving/captured", Scopes.RegistryRead, ListAsync);
        own.Delete<ServedModelRequest, DeletedCapturesResponse>("/serving/captured", Scopes.RegistryWrite, DeleteAsync);
        own.Post<ServedModelRequest, DeletedCapturesResponse>("/serving/captured/delete", Scopes.RegistryWrite, DeleteAsync);
        own.Get<DriftRequest, DriftResponse>("/serving/drift", Scopes.RegistryRead, DriftAsync);
        own.Post<DuelRequest, DuelResponse>("/serving/duel", Scopes.RegistryWrite, DuelAsync);
    }

    private async Task<CaptureResponse> GetAsync(ServedModelRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        return ToMessage(name, await captured.GetAsync(call.Caller, name, call.Cancel), null);
    }

    private async Task<CaptureResponse> SetAsync(SetCaptureRequest request, ApiCall call)
    {
        var (name, share) = (Needed.Text(request.Name, "name"), Needed.Value(request.Share, "share"));
        var before = await captured.GetAsync(call.Caller, name, call.Cancel);
        List<string>? redacted = request.RedactedColumns is null ? null : [.. request.RedactedColumns.Select(c => Needed.Entry(c, "redacted_columns"))];
        var report = await captured.SetAsync(
            call.Caller, name, new(share / 100, (int)Math.Clamp(request.Days ?? before.Settings.Days, int.MinValue, int.MaxValue), redacted ?? before.Settings.RedactedColumns), call.Cancel);
        return ToMessage(name, report, CaptureWords.Note(before, report));
    }

    private async Task<CapturedRequestsResponse> ListAsync(CapturedRequestsRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        int? version = string.IsNullOrEmpty(request.Version) ? null : VersionKey.Parse(name, request.Version).Number;
        var page = await captured.ListAsync(call.Caller, name, version, (int)Math.Clamp(request.MaxResults ?? DefaultPage, int.MinValue, int.MaxValue), request.PageToken, call.Cancel);
        return new([.. page.Items.Select(ToMessage)], page.NextPageToken);
    }

    private async Task<DeletedCapturesResponse> DeleteAsync(ServedModelRequest request, ApiCall call) =>
        new(await captured.DeleteAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel));

    private async Task<DriftResponse> DriftAsync(DriftRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        return (await drifts.GetAsync(call.Caller, key, (int)Math.Clamp(request.Hours ?? DefaultHours, int.MinValue, int.MaxValue), call.Cancel)).ToMessage(key.Model);
    }

    private async Task<DuelResponse> DuelAsync(DuelRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        int? against = string.IsNullOrEmpty(request.Against) ? null : VersionKey.Parse(key.Model, request.Against).Number;
        var usual = new DuelOrder(against);
        var order = new DuelOrder(
            against, (int)Math.Clamp(request.Requests ?? usual.Requests, int.MinValue, int.MaxValue), request.Tolerance ?? usual.Tolerance, request.MinimumAgreement ?? usual.MinimumAgreement);
        var check = await duels.StartAsync(call.Caller, key, order, call.Cancel);
        return new($"{check.Id}", check.Name, check.State.ToString().ToLowerInvariant());
    }

    private static CaptureResponse ToMessage(string name, CaptureReport report, string? note) => new(
        name, report.Settings.Share * 100, report.Settings.Days, [.. report.Settings.RedactedColumns], report.Requests, report.Oldest?.ToUnixTimeMilliseconds(), report.Newest?.ToUnixTimeMilliseconds(),
        new(report.Counts.Kept, report.Counts.Crowded, report.Counts.TooLarge, report.Counts.Unclear), note);

    private static CapturedRequestMessage ToMessage(CapturedCall call) => new(
        $"{call.Captured.Id}", $"{call.Version}", call.Captured.Selector, call.Captured.At.ToUnixTimeMilliseconds(), call.Captured.Status, call.Captured.Milliseconds,
        Json(call.Captured.Request), Json(call.Captured.Answer));

    private static JsonElement Json(byte[] stored)
    {
        using var document = JsonDocument.Parse(stored);
        return document.RootElement.Clone();
    }
}
