using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Serving;

// MlHub's own calls: mlhub/serving/capture and mlhub/serving/captured.

/// <summary>The share is in percent. Names of redacted columns that are left out stay as they were.</summary>
public sealed record SetCaptureRequest(string? Name, double? Share, long? Days, List<string>? RedactedColumns);

/// <summary>How many requests are kept, and since when; what was let go counts from the start of the hub.</summary>
public sealed record CaptureResponse(
    string Name, double Share, int Days, List<string> RedactedColumns, int Requests, long? Oldest, long? Newest, CaptureCountsMessage Counts, string? Note);

public sealed record CaptureCountsMessage(long Kept, long Crowded, long TooLarge, long Unclear);

public sealed record CapturedRequestsRequest(
    string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, long? MaxResults, string? PageToken);

public sealed record CapturedRequestsResponse(List<CapturedRequestMessage> Requests, string? NextPageToken);

/// <summary>The request is one of MLflow's scoring protocol, whichever way it was sent.</summary>
public sealed record CapturedRequestMessage(string Id, string Version, string Selector, long At, int Status, double Milliseconds, JsonElement Request, JsonElement Answer);

public sealed record DeletedCapturesResponse(long Requests);

/// <summary>The tolerance and the minimum agreement are shares, from 0 to 1.</summary>
public sealed record DuelRequest(
    string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, [property: JsonConverter(typeof(LenientText))] string? Against, long? Requests, double? Tolerance, double? MinimumAgreement);

/// <summary>The check in which the result will stand.</summary>
public sealed record DuelResponse(string CheckId, string Check, string State);

public sealed record DriftRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, long? Hours);

/// <summary>Where nothing could be compared, why_no_features and why_no_predictions say why.</summary>
public sealed record DriftResponse(
    string Name, string Version, long From, string? Sample, int SampleRows, int Requests, int Rows, List<ColumnDriftMessage> Features, List<ColumnDriftMessage> Predictions,
    string? WhyNoFeatures, string? WhyNoPredictions);

/// <summary>
/// The verdict is UNKNOWN (fewer than 30 values), STABLE, MODERATE (a population stability index from 0.1 on) or LARGE (from 0.25 on). Numbers have the two-sample
/// Kolmogorov-Smirnov statistic and its p-value too.
/// </summary>
public sealed record ColumnDriftMessage(string Name, string Kind, string Verdict, double? Psi, double? KsStatistic, double? KsPValue, int SampleValues, int LiveValues, List<DriftBinMessage> Bins);

public sealed record DriftBinMessage(string Label, double Sample, double Live);
