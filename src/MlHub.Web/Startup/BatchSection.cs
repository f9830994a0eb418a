using MlHub.Adapters.Serving;
using MlHub.Serving.Batch;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Batch:…</c>.</summary>
internal static class BatchSection
{
    private const string Jobs = "MlHub:Batch:ParallelJobs", Refused = "MlHub:Batch:RefusedRows", Days = "MlHub:Batch:OutputDays",
        Upload = "MlHub:Batch:UploadBytes", Networks = "MlHub:Batch:AllowedNetworks", Http = "MlHub:Batch:AllowHttp";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static BatchSettings Read(IConfiguration configuration) => new()
    {
        ParallelJobs = HubSettings.Whole(configuration, Jobs, 0, 64),
        RefusedRows = HubSettings.Whole(configuration, Refused, 0, 1_000_000),
        OutputDays = HubSettings.Whole(configuration, Days, 0, 36_500),
        UploadBytes = ArtifactSection.Bytes(configuration, Upload) ?? new BatchSettings().UploadBytes,
    };

    /// <summary>Where sources may be read from besides the public Internet.</summary>
    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static WebSourceSettings ReadWeb(IConfiguration configuration) => new(WebhooksSection.Networks(configuration, Networks), WebhooksSection.Truth(configuration, Http));
}
