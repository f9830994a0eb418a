using System.Text.Json.Serialization;
using MlHub.Protocol.Access;
using MlHub.Protocol.Artifacts;
using MlHub.Protocol.Audit;
using MlHub.Protocol.Json;
using MlHub.Protocol.Registry;
using MlHub.Protocol.Notifications;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol;

/// <summary>The JSON rules that every MLflow message follows: snake_case names, absent instead of null, nesting of at most 64.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 64,
    Converters = [typeof(LenientInt64), typeof(LenientText), typeof(WireDouble)])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(CreateUserRequest))]
[JsonSerializable(typeof(UserResponse))]
[JsonSerializable(typeof(ExperimentPermissionRequest))]
[JsonSerializable(typeof(ExperimentPermissionResponse))]
[JsonSerializable(typeof(CreateExperimentRequest))]
[JsonSerializable(typeof(CreateExperimentResponse))]
[JsonSerializable(typeof(ExperimentIdRequest))]
[JsonSerializable(typeof(ExperimentNameRequest))]
[JsonSerializable(typeof(GetExperimentResponse))]
[JsonSerializable(typeof(UpdateExperimentRequest))]
[JsonSerializable(typeof(SearchExperimentsRequest))]
[JsonSerializable(typeof(SearchExperimentsResponse))]
[JsonSerializable(typeof(SetExperimentTagRequest))]
[JsonSerializable(typeof(DeleteExperimentTagRequest))]
[JsonSerializable(typeof(CreateRunRequest))]
[JsonSerializable(typeof(RunResponse))]
[JsonSerializable(typeof(RunIdRequest))]
[JsonSerializable(typeof(UpdateRunRequest))]
[JsonSerializable(typeof(UpdateRunResponse))]
[JsonSerializable(typeof(SearchRunsRequest))]
[JsonSerializable(typeof(SearchRunsResponse))]
[JsonSerializable(typeof(LogMetricRequest))]
[JsonSerializable(typeof(LogParamRequest))]
[JsonSerializable(typeof(SetTagRequest))]
[JsonSerializable(typeof(DeleteTagRequest))]
[JsonSerializable(typeof(LogBatchRequest))]
[JsonSerializable(typeof(LogModelRequest))]
[JsonSerializable(typeof(LogInputsRequest))]
[JsonSerializable(typeof(MetricHistoryRequest))]
[JsonSerializable(typeof(MetricHistoryResponse))]
[JsonSerializable(typeof(ListRunArtifactsRequest))]
[JsonSerializable(typeof(ListRunArtifactsResponse))]
[JsonSerializable(typeof(ListArtifactsRequest))]
[JsonSerializable(typeof(ListArtifactsResponse))]
[JsonSerializable(typeof(CreateModelRequest))]
[JsonSerializable(typeof(ModelNameRequest))]
[JsonSerializable(typeof(RenameModelRequest))]
[JsonSerializable(typeof(UpdateModelRequest))]
[JsonSerializable(typeof(SetModelTagRequest))]
[JsonSerializable(typeof(DeleteModelTagRequest))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(SetAliasRequest))]
[JsonSerializable(typeof(LatestVersionsRequest))]
[JsonSerializable(typeof(RegistrySearchRequest))]
[JsonSerializable(typeof(ModelResponse))]
[JsonSerializable(typeof(DatabricksModelResponse))]
[JsonSerializable(typeof(SearchModelsResponse))]
[JsonSerializable(typeof(CreateVersionRequest))]
[JsonSerializable(typeof(VersionRequest))]
[JsonSerializable(typeof(UpdateVersionRequest))]
[JsonSerializable(typeof(SetVersionTagRequest))]
[JsonSerializable(typeof(DeleteVersionTagRequest))]
[JsonSerializable(typeof(VersionResponse))]
[JsonSerializable(typeof(VersionsResponse))]
[JsonSerializable(typeof(DownloadUriResponse))]
[JsonSerializable(typeof(AuditHeadResponse))]
[JsonSerializable(typeof(AuditVerifyResponse))]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(ListInboxRequest))]
[JsonSerializable(typeof(ListInboxResponse))]
[JsonSerializable(typeof(MarkReadRequest))]
[JsonSerializable(typeof(FollowRequest))]
[JsonSerializable(typeof(SetModelFollowRequest))]
[JsonSerializable(typeof(SetVersionFollowRequest))]
[JsonSerializable(typeof(FollowResponse))]
public sealed partial class WireJson : JsonSerializerContext;
