using MlHub.LoggedModels;
using MlHub.Tracking;

namespace MlHub.Web.LoggedModels;

/// <summary>A logged model as a run's page shows it: read by the run, or made by it at some steps.</summary>
public sealed record LoggedOfRun(LoggedModelDetails Details, bool IsInput, IReadOnlyList<long> Steps)
{
    /// <summary>A line under its name.</summary>
    public string Facts => string.Join(" · ", new[]
    {
        IsInput ? "read by this run" : Steps.Any(s => s > 0) ? $"{(Steps.Count == 1 ? "step" : "steps")} {string.Join(", ", Steps)}" : "",
        Details.Model.ModelType ?? "",
        Details.Model.Status == LoggedModelStatus.Ready ? "" : Words(Details.Model.Status),
    }.Where(f => f.Length > 0));

    /// <summary>What the run made, by name, then what it read. A model says itself that a run made it, or the run does.</summary>
    public static List<LoggedOfRun> Of(RunDetails run, IReadOnlyDictionary<string, LoggedModelDetails> models) =>
    [
        .. models.Values
            .SelectMany(m => new[] { Made(run, m), Read(run, m) }).OfType<LoggedOfRun>()
            .OrderBy(m => m.IsInput).ThenBy(m => m.Steps.Count > 0 ? m.Steps[0] : 0).ThenBy(m => m.Details.Model.Name, StringComparer.Ordinal),
    ];

    public static string Words(LoggedModelStatus status) => status switch
    {
        LoggedModelStatus.Pending => "Pending",
        LoggedModelStatus.Ready => "Ready",
        _ => "Upload failed",
    };

    private static LoggedOfRun? Made(RunDetails run, LoggedModelDetails model)
    {
        var steps = run.Models.Where(m => m.Link == ModelLink.Output && m.ModelId == model.Model.ModelId).Select(m => m.Step).ToList();
        return steps.Count > 0 || model.Model.SourceRunId == run.Run.RunId ? new(model, false, steps) : null;
    }

    private static LoggedOfRun? Read(RunDetails run, LoggedModelDetails model) =>
        run.Models.Any(m => m.Link == ModelLink.Input && m.ModelId == model.Model.ModelId) ? new(model, true, []) : null;
}
