namespace MlHub.Live;

/// <summary>The names under which changes are announced to open pages.</summary>
public static class Topics
{
    public const string Experiments = "experiments";

    /// <summary>All registered models: lists, and what awaits somebody.</summary>
    public const string Models = "models";

    /// <summary>Where models are deployed.</summary>
    public const string Deployments = "deployments";

    /// <summary>The processes that serve models.</summary>
    public const string Scorers = "scorers";

    /// <summary>Who answers whom, and how that fares, of any served model.</summary>
    public const string Traffic = "traffic";

    /// <summary>A model was asked, told once a second.</summary>
    public static string Calls(long modelId) => $"calls:{modelId}";

    /// <summary>Workers of a model wrote something.</summary>
    public static string WorkerOutput(string model) => $"worker-output:{model}";

    /// <summary>What is kept of the requests to a model.</summary>
    public static string Captured(long modelId) => $"captured:{modelId}";

    /// <summary>How far the batch jobs of a model are.</summary>
    public static string Batch(long modelId) => $"batch:{modelId}";

    public static string Model(long id) => $"model:{id}";

    /// <summary>Who has a model version open.</summary>
    public static string Looking(long versionId) => $"looking:{versionId}";

    public static string Inbox(Guid userId) => $"inbox:{userId:N}";

    public static string Experiment(long id) => $"experiment:{id}";

    public static string LoggedModel(string modelId) => $"logged-model:{modelId}";

    /// <summary>How far the computation of an explanation is.</summary>
    public static string Explanation(string key) => $"explanation:{key}";

    /// <summary>Somebody changed a webhook, or sent something again.</summary>
    public static string Webhook(string publicId) => $"webhook:{publicId}";

    public static string Run(string runId) => $"run:{runId}";
}
