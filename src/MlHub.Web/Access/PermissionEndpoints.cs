using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>Databricks' permissions/registered-models/{id} and permissions/experiments/{id}, outside of mlflow/.</summary>
public sealed class PermissionEndpoints(RegistrySharing models, ExperimentSharing experiments)
{
    private const string CanCreate = "CAN_CREATE_REGISTERED_MODEL";

    public void Map(MlflowRoutes permissions)
    {
        const string Model = "/registered-models/{id}", Experiment = "/experiments/{id}";
        permissions.About<Empty, ObjectPermissionsResponse>("GET", Model, Scopes.RegistryRead, (id, _, call) => OfModelAsync(id, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PUT", Model, Scopes.RegistryWrite, (id, r, call) => ChangeModelAsync(id, r, replace: true, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PATCH", Model, Scopes.RegistryWrite, (id, r, call) => ChangeModelAsync(id, r, replace: false, call));
        permissions.About<Empty, PermissionLevelsResponse>("GET", Model + "/permissionLevels", Scopes.RegistryRead, ModelLevelsAsync);
        permissions.About<Empty, ObjectPermissionsResponse>("GET", Experiment, Scopes.TrackingRead, (id, _, call) => OfExperimentAsync(id, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PUT", Experiment, Scopes.TrackingWrite, (id, r, call) => ChangeExperimentAsync(id, r, replace: true, call));
        permissions.About<ChangePermissionsRequest, ObjectPermissionsResponse>("PATCH", Experiment, Scopes.TrackingWrite, (id, r, call) => ChangeExperimentAsync(id, r, replace: false, call));
        permissions.About<Empty, PermissionLevelsResponse>("GET", Experiment + "/permissionLevels", Scopes.TrackingRead, ExperimentLevelsAsync);
    }

    private async Task<ObjectPermissionsResponse> OfModelAsync(string id, ApiCall call) =>
        new($"/registered-models/{id}", "registered-model", AsMessages(await models.ListAsync(call.Caller, id, call.Cancel)));

    private async Task<ObjectPermissionsResponse> ChangeModelAsync(string id, ChangePermissionsRequest request, bool replace, ApiCall call)
    {
        await models.ChangeAsync(call.Caller, id, Wished(request, level => ModelLevel(level, id)), replace, call.Cancel);
        return await OfModelAsync(id, call);
    }

    private async Task<PermissionLevelsResponse> ModelLevelsAsync(string id, Empty request, ApiCall call)
    {
        await models.ListAsync(call.Caller, id, call.Cancel);
        var levels = AsMessages(LevelNames.OfModels);
        return new(id == RegistrySharing.Root ? [new(CanCreate, "Make models of one's own; everybody may"), .. levels] : levels);
    }

    private async Task<ObjectPermissionsResponse> OfExperimentAsync(string id, ApiCall call)
    {
        var shares = await experiments.ListAsync(call.Caller, Needed.ExperimentId(id), call.Cancel);
        return new($"/experiments/{id}", "mlflowExperiment", AsMessages(shares.Select(s => new Share<RegistryPermission>(s.Who, s.Level.AsRegistry()))));
    }

    private async Task<ObjectPermissionsResponse> ChangeExperimentAsync(string id, ChangePermissionsRequest request, bool replace, ApiCall call)
    {
        await experiments.ChangeAsync(call.Caller, Needed.ExperimentId(id), Wished(request, ExperimentLevel), replace, call.Cancel);
        return await OfExperimentAsync(id, call);
    }

    private async Task<PermissionLevelsResponse> ExperimentLevelsAsync(string id, Empty request, ApiCall call)
    {
        await experiments.ListAsync(call.Caller, Needed.ExperimentId(id), call.Cancel);
        return new(AsMessages(LevelNames.OfExperiments));
    }

    private static List<Share<TLevel>> Wished<TLevel>(ChangePermissionsRequest request, Func<string, TLevel> parse) =>
    [
        .. Needed.Entry(request.AccessControlList, "access_control_list").Select(e => Needed.Entry(e, "access_control_list"))
            .Select(e => new Share<TLevel>(Who(e), parse(Needed.Text(e.PermissionLevel, "permission_level")))),
    ];

    private static Principal Who(AccessControlRequest entry) => (entry.UserName, entry.GroupName, entry.ServicePrincipalName) switch
    {
        ({ Length: > 0 } user, null, null) => new(PrincipalKind.User, user),
        (null, { Length: > 0 } group, null) => new(PrincipalKind.Group, group),
        (null, null, { Length: > 0 } program) => new(PrincipalKind.ServiceAccount, program),
        _ => throw HubException.Invalid(
            "Invalid value for parameter 'access_control_list' supplied: each entry has one of user_name, group_name and service_principal_name."),
    };

    private static RegistryPermission ModelLevel(string name, string id) =>
        // Everybody may create models: with this level alone somebody has no right on those of others.
        name == CanCreate && id == RegistrySharing.Root ? RegistryPermission.None
        : LevelNames.OfModels.FirstOrDefault(l => l.Level.ToWire() == name)?.Level ?? throw Unknown(name, LevelNames.OfModels);

    private static Permission ExperimentLevel(string name) =>
        name == "CAN_RUN" ? Permission.Edit
        : LevelNames.OfExperiments.FirstOrDefault(l => l.Level.ToWire() == name)?.Level.AsExperiments() ?? throw Unknown(name, LevelNames.OfExperiments);

    private static HubException Unknown(string name, IReadOnlyList<LevelNames> known) => HubException.Invalid(
        $"Invalid value '{MlHub.Tracking.LogRules.Shown(name)}' for parameter 'permission_level' supplied: must be one of {string.Join(", ", known.Select(l => l.Level.ToWire()))}.");

    /// <summary>One entry for each principal, with what is given directly before what is inherited.</summary>
    private static List<AccessControlMessage> AsMessages(IEnumerable<Share<RegistryPermission>> shares) =>
    [
        .. shares.GroupBy(s => s.Who).Select(g => new AccessControlMessage(
            g.Key.Kind == PrincipalKind.User ? g.Key.Name : null,
            g.Key.Kind == PrincipalKind.Group ? g.Key.Name : null,
            g.Key.Kind == PrincipalKind.ServiceAccount ? g.Key.Name : null,
            g.Key.Name,
            [.. g.Select(s => new GivenPermissionMessage(s.Level.ToWire(), s.IsInherited, s.IsInherited ? ["/registered-models/"] : null))])),
    ];

    private static List<PermissionLevelMessage> AsMessages(IReadOnlyList<LevelNames> levels) => [.. levels.Select(l => new PermissionLevelMessage(l.Level.ToWire(), l.Meaning))];
}
