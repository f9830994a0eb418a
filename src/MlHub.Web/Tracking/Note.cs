using MlHub.Tracking;

namespace MlHub.Web.Tracking;

/// <summary>The description that people give to an experiment or a run: a tag that MLflow's own pages use as well.</summary>
public static class Note
{
    public const string Tag = "mlflow.note.content";

    public static string? OrNull(Experiment experiment) => experiment.Tags.FirstOrDefault(t => t.Key == Tag)?.Value is { Length: > 0 } note ? note : null;
}
