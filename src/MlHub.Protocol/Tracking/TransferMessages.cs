namespace MlHub.Protocol.Tracking;

// MlHub's own: runs that go to another experiment.

/// <summary>With <c>include_children</c> all runs below these by the tag mlflow.parentRunId come along.</summary>
public sealed record TransferRunsRequest(IReadOnlyList<string?>? RunIds, string? ExperimentId, bool? IncludeChildren);

public sealed record CopyRunsResponse(IReadOnlyList<CopiedRunMessage> Runs);

public sealed record CopiedRunMessage(string SourceRunId, string RunId);
