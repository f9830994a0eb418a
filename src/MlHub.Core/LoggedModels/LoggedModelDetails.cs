using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.LoggedModels;

/// <summary>
/// A logged model with all that belongs to it. Params and tags are sorted by key, metrics as they were logged (of very many, the
/// last), registrations as far as the caller may read them, newest first.
/// </summary>
public sealed record LoggedModelDetails(
    LoggedModel Model, string ExperimentLocation, IReadOnlyList<LoggedModelMetric> Metrics, IReadOnlyList<Registration> Registrations)
{
    public string ArtifactUri => ArtifactLocation.OfLoggedModel(ExperimentLocation, Model.ModelId);
}

/// <summary>What a run says of a model: read it or made it, at a step.</summary>
public sealed record RunModelLink(ModelLink Link, string ModelId, long Step);
