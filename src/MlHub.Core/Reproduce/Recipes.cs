using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.DataVersions;
using MlHub.Tracking;

namespace MlHub.Reproduce;

/// <summary>Puts together what a run logged of its own making.</summary>
public sealed class Recipes(HubDbFactory hub, IBlobStore blobs, RunDataReports data)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="runId">The run to make again.</param>
    /// <param name="hubAddress">Where programs reach this hub.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">NotFound where the run is absent or unreadable.</exception>
    public async Task<Recipe> OfAsync(Caller caller, string runId, string hubAddress, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = (await RunSearches.FoundAsync(db, caller, runId, cancel)).Details;
        var (environment, packages) = await RunEnvironments.OfAsync(db, blobs, run.Run, cancel);
        var report = await data.OfAsync(run, cancel);
        return new(
            Tag("mlflow.source.name"), Tag("mlflow.source.git.repoURL"), Tag("mlflow.source.git.commit"), Tag("mlflow.project.entryPoint"), run.Params, packages, environment, report,
            RecipeSteps.Of(hubAddress, run.Run.RunId, Tag, run.Params, environment), [.. Missing(run, environment, report)]);

        string? Tag(string key) => run.Tags.FirstOrDefault(t => t.Key == key).Value is { Length: > 0 } value ? value : null;
    }

    private static IEnumerable<string> Missing(RunDetails run, EnvironmentPlace? environment, RunDataReport report)
    {
        var facts = CodeFacts.Of(run.Tags);
        if (!facts.ContainsKey("commit"))
        {
            yield return "No commit is logged, so the code may have changed since.";
        }
        else if (RepositoryAddress.OrNull(facts.GetValueOrDefault("repository")) is null)
        {
            yield return "No repository is logged that the commit could be fetched from.";
        }

        if (environment is null)
        {
            yield return "No environment is logged: which packages it used is not known.";
        }

        if (report.Data.Count == 0)
        {
            yield return "No data is logged, so nobody can tell whether it is still the same.";
        }
        else if (report.Verdict is { State: Reproducibility.Lost } lost)
        {
            yield return $"The data can no longer be read as it was. {lost.Reason}";
        }
    }
}
