using System.Text.Json.Serialization;
using MlHub.Protocol.Access;
using MlHub.Protocol.Artifacts;
using MlHub.Protocol.Json;
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
[JsonSerializable(typeof(UserNameRequest))]
[JsonSerializable(typeof(UpdatePasswordRequest))]
[JsonSerializable(typeof(UpdateAdminRequest))]
[JsonSerializable(typeof(UsersResponse))]
[JsonSerializable(typeof(ModelPermissionRequest))]
[JsonSerializable(typeof(ModelPermissionResponse))]
[JsonSerializable(typeof(ChangePermissionsRequest))]
[JsonSerializable(typeof(ObjectPermissionsResponse))]
[JsonSerializable(typeof(PermissionLevelsResponse))]
[JsonSerializable(typeof(GroupNameRequest))]
[JsonSerializable(typeof(RenameGroupRequest))]
[JsonSerializable(typeof(GroupMemberRequest))]
[JsonSerializable(typeof(GroupResponse))]
[JsonSerializable(typeof(GroupsResponse))]
[JsonSerializable(typeof(ServiceAccountResponse))]
[JsonSerializable(typeof(ServiceAccountsResponse))]
[JsonSerializable(typeof(CreateServiceTokenRequest))]
[JsonSerializable(typeof(ServiceTokenResponse))]
[JsonSerializable(typeof(EffectiveRightsRequest))]
[JsonSerializable(typeof(EffectiveRightsResponse))]
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
public sealed partial class WireJson : JsonSerializerContext;
