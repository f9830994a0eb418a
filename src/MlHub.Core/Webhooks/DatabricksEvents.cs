using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Webhooks;

/// <summary>The twelve events of Databricks' registry webhooks.</summary>
public static class DatabricksEvents
{
    public const string ModelCreated = "REGISTERED_MODEL_CREATED";
    public const string VersionCreated = "MODEL_VERSION_CREATED";
    public const string VersionTagSet = "MODEL_VERSION_TAG_SET";
    public const string VersionMoved = "MODEL_VERSION_TRANSITIONED_STAGE";
    public const string RequestCreated = "TRANSITION_REQUEST_CREATED";
    public const string CommentCreated = "COMMENT_CREATED";
    private const string MovedTo = "MODEL_VERSION_TRANSITIONED_TO_", RequestTo = "TRANSITION_REQUEST_TO_", RequestEnd = "_CREATED";

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Stages.All.Where(s => s != Stage.None).SelectMany(s => new[] { Moved(s), Requested(s) })
            .Concat([ModelCreated, VersionCreated, VersionTagSet, VersionMoved, RequestCreated, CommentCreated]).Order(StringComparer.Ordinal),
    ];

    internal static IEnumerable<string> Of(HubEvent row, EventFacts facts) => row.Kind switch
    {
        EventKinds.ModelCreated => [ModelCreated],
        EventKinds.VersionCreated => [VersionCreated],
        EventKinds.VersionTagSet => [VersionTagSet],
        EventKinds.CommentCreated => [CommentCreated],
        EventKinds.VersionMoved => facts.AfterStage("stage") is { } to and not Stage.None ? [VersionMoved, Moved(to)] : [VersionMoved],
        EventKinds.RequestOpened => facts.AfterStage("toStage") is { } to and not Stage.None ? [RequestCreated, Requested(to)] : [RequestCreated],
        _ => [],
    };

    internal static bool IsMove(string name) => name.StartsWith("MODEL_VERSION_TRANSITIONED_", StringComparison.Ordinal);

    internal static bool IsRequest(string name) => name.StartsWith("TRANSITION_REQUEST_", StringComparison.Ordinal);

    private static string Moved(Stage to) => MovedTo + to.ToString().ToUpperInvariant();

    private static string Requested(Stage to) => $"{RequestTo}{to.ToString().ToUpperInvariant()}{RequestEnd}";
}
