using MlHub.Protocol.Reviews;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>Between the messages of reviews and MlHub's own things.</summary>
public static class ReviewMapping
{
    public static Stage StageOf(string? stage) => Stages.Parse(Needed.Text(stage, "stage"));

    public static ActivityMessage ToMessage(this Activity activity) => new(
        activity.Id, ToWire(activity.Type), activity.User, activity.FromStage, activity.ToStage, activity.Comment, activity.SystemComment,
        activity.At.ToUnixTimeMilliseconds(), activity.At.ToUnixTimeMilliseconds(), null);

    public static ActivityMessage ToMessage(this RequestDetails details)
    {
        var request = details.Request;
        return new(
            request.Id.ToString(), ToWire(ActivityType.RequestedTransition), request.RequestedBy, details.FromStage.ToString(), request.ToStage.ToString(),
            request.Comment, null, request.CreatedAt.ToUnixTimeMilliseconds(), request.UpdatedAt.ToUnixTimeMilliseconds(),
            details.Actions.Select(a => $"{a.ToString().ToUpperInvariant()}_TRANSITION_REQUEST").ToList().OrNull());
    }

    public static CommentMessage ToMessage(this Comment comment) => new CommentDetails(comment, comment.ParentId, true, true).ToMessage();

    public static CommentMessage ToMessage(this CommentDetails details)
    {
        var comment = details.Comment;
        List<string> actions = [.. details.CanEdit ? ["EDIT_COMMENT"] : (string[])[], .. details.CanDelete ? ["DELETE_COMMENT"] : (string[])[]];
        return new(
            comment.Id, comment.Author, comment.Text, details.ParentId, comment.CreatedAt.ToUnixTimeMilliseconds(),
            comment.UpdatedAt.ToUnixTimeMilliseconds(), actions.OrNull());
    }

    public static CheckMessage ToMessage(this Check check) => new(
        check.Name, check.State.ToString().ToLowerInvariant(), check.Summary, check.Details, check.Link, check.ReportedBy,
        check.CreatedAt.ToUnixTimeMilliseconds(), check.UpdatedAt.ToUnixTimeMilliseconds());

    /// <summary>A state in any case; null where none was sent.</summary>
    public static CheckState? CheckStateOf(string? state) => state?.ToUpperInvariant() switch
    {
        null or "" => null,
        "PENDING" => CheckState.Pending,
        "PASSED" => CheckState.Passed,
        "FAILED" => CheckState.Failed,
        _ => throw HubException.Invalid($"Invalid value '{MlHub.Tracking.LogRules.Shown(state)}' for parameter 'state' supplied: It must be pending, passed or failed."),
    };

    public static DatabricksVersionMessage ToDatabricksMessage(this VersionDetails details, IEnumerable<RequestDetails> open)
    {
        var version = details.ToMessage();
        return new(
            version.Name, version.Version, version.CurrentStage, version.UserId, version.Description, version.Source, version.RunId, version.RunLink,
            version.Status, version.StatusMessage, version.Tags, version.Aliases, version.CreationTimestamp, version.LastUpdatedTimestamp,
            details.Permission.ToWire(), open.Select(r => r.ToMessage()).ToList().OrNull());
    }

    private static string ToWire(ActivityType type) => type switch
    {
        ActivityType.AppliedTransition => "APPLIED_TRANSITION",
        ActivityType.RequestedTransition => "REQUESTED_TRANSITION",
        ActivityType.CancelledRequest => "CANCELLED_REQUEST",
        ActivityType.ApprovedRequest => "APPROVED_REQUEST",
        ActivityType.RejectedRequest => "REJECTED_REQUEST",
        ActivityType.SystemTransition => "SYSTEM_TRANSITION",
        ActivityType.NewComment => "NEW_COMMENT",
        _ => throw new InvalidOperationException($"{type} has no name."),
    };
}
