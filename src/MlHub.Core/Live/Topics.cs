namespace MlHub.Live;

/// <summary>The names under which changes are announced to open pages.</summary>
public static class Topics
{
    public const string Experiments = "experiments";

    public static string Experiment(long id) => $"experiment:{id}";

    public static string Run(string runId) => $"run:{runId}";
}
