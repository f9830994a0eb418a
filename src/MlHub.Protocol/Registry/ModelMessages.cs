using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.Registry;

// Fields and names: MLflow's model_registry.proto and Databricks' workspace registry, registered-models/*.

public sealed record CreateModelRequest(string? Name, string? Description, List<TagMessage>? Tags);

public sealed record ModelNameRequest(string? Name, long? AsOf);

public sealed record RenameModelRequest(string? Name, string? NewName);

public sealed record UpdateModelRequest(string? Name, string? Description);

public sealed record SetModelTagRequest(string? Name, string? Key, string? Value);

public sealed record DeleteModelTagRequest(string? Name, string? Key);

public sealed record AliasRequest(string? Name, string? Alias, long? AsOf);

public sealed record SetAliasRequest(string? Name, string? Alias, [property: JsonConverter(typeof(LenientText))] string? Version);

public sealed record LatestVersionsRequest(string? Name, List<string>? Stages, long? AsOf);

public sealed record RegistrySearchRequest(string? Filter, long? MaxResults, List<string>? OrderBy, string? PageToken);

public sealed record ModelResponse(ModelMessage RegisteredModel);

public sealed record DatabricksModelResponse(DatabricksModelMessage RegisteredModelDatabricks);

public sealed record SearchModelsResponse(List<ModelMessage>? RegisteredModels, string? NextPageToken);

public sealed record ModelMessage(
    string Name, long CreationTimestamp, long LastUpdatedTimestamp, string UserId, string? Description,
    List<ModelVersionMessage>? LatestVersions, List<TagMessage>? Tags, List<AliasMessage>? Aliases);

public sealed record DatabricksModelMessage(
    string Id, string Name, string UserId, long CreationTimestamp, long LastUpdatedTimestamp, string? Description,
    List<ModelVersionMessage>? LatestVersions, List<TagMessage>? Tags, string PermissionLevel);

public sealed record AliasMessage(string Alias, string Version);
