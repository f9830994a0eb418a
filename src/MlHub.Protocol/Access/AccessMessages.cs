using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Access;

// Fields and names: MLflow's auth app, users/*, experiments/permissions/* and registered-models/permissions/*.

public sealed record CreateUserRequest(string? Username, string? Password);

public sealed record UserNameRequest(string? Username);

public sealed record UpdatePasswordRequest(string? Username, string? Password);

public sealed record UpdateAdminRequest(string? Username, bool? IsAdmin);

public sealed record UserResponse(UserMessage User);

public sealed record UsersResponse(IReadOnlyList<UserMessage> Users);

public sealed record UserMessage(
    string Id, string Username, bool IsAdmin, IReadOnlyList<ExperimentPermissionMessage> ExperimentPermissions, IReadOnlyList<ModelPermissionMessage> RegisteredModelPermissions);

public sealed record ExperimentPermissionRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? Username, string? Permission);

public sealed record ExperimentPermissionResponse(ExperimentPermissionMessage ExperimentPermission);

public sealed record ExperimentPermissionMessage(string ExperimentId, string UserId, string Username, string Permission);

public sealed record ModelPermissionRequest(string? Name, string? Username, string? Permission);

public sealed record ModelPermissionResponse(ModelPermissionMessage RegisteredModelPermission);

public sealed record ModelPermissionMessage(string Name, string UserId, string Username, string Permission);
