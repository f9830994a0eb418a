namespace MlHub.Protocol.SavedViews;

// MlHub's own: how the pages of an experiment were set up, under names.

public sealed record CreateSavedViewRequest(string? ExperimentId, string? Kind, string? Name, string? State, bool? Shared);

public sealed record ListSavedViewsRequest(string? ExperimentId, string? Kind);

/// <summary>What is absent stays as it is.</summary>
public sealed record UpdateSavedViewRequest(string? ViewId, string? Name, string? State, bool? Shared);

public sealed record SavedViewIdRequest(string? ViewId);

/// <summary>Without <c>view_id</c> there is no default from then on.</summary>
public sealed record SetDefaultViewRequest(string? ExperimentId, string? Kind, string? ViewId);

public sealed record SavedViewResponse(SavedViewMessage View);

public sealed record SavedViewsResponse(IReadOnlyList<SavedViewMessage> Views);

public sealed record SavedViewMessage(
    string ViewId, string ExperimentId, string Kind, string Name, string Owner, bool Shared, bool Default, string State, long CreationTime, long LastUpdatedTime);
