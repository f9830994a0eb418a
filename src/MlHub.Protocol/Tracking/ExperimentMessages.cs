using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Tracking;

// Fields and names: MLflow's service.proto, experiments/*.

public sealed record CreateExperimentRequest(string? Name, string? ArtifactLocation, List<TagMessage>? Tags);

public sealed record CreateExperimentResponse(string ExperimentId);

public sealed record ExperimentIdRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId);

public sealed record ExperimentNameRequest(string? ExperimentName);

public sealed record GetExperimentResponse(ExperimentMessage Experiment);

public sealed record UpdateExperimentRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? NewName);

public sealed record SearchExperimentsRequest(
    long? MaxResults, string? PageToken, string? Filter, List<string>? OrderBy, [property: JsonConverter(typeof(LenientText))] string? ViewType);

public sealed record SearchExperimentsResponse(List<ExperimentMessage>? Experiments, string? NextPageToken);

public sealed record SetExperimentTagRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? Key, string? Value);

public sealed record DeleteExperimentTagRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? Key);

public sealed record ExperimentMessage(
    string ExperimentId, string Name, string ArtifactLocation, string LifecycleStage, long LastUpdateTime, long CreationTime, List<TagMessage>? Tags);

public sealed record TagMessage(string? Key, string? Value);
