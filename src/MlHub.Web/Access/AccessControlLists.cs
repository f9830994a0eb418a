using MlHub.Protocol.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>Between the access control lists of the permission calls and what was given.</summary>
internal static class AccessControlLists
{
    public const string CanCreate = "CAN_CREATE_REGISTERED_MODEL";

    /// <summary>The same shares in the levels of models, of which those of experiments are three.</summary>
    public static IEnumerable<Share<RegistryPermission>> AsRegistry(this IEnumerable<Share<Permission>> shares) =>
        shares.Select(s => new Share<RegistryPermission>(s.Who, s.Level.AsRegistry(), s.InheritedFrom));

    /// <summary>What a list of entries asks for.</summary>
    /// <exception cref="HubException">Invalid for an entry that names nobody, several or no known level.</exception>
    public static List<Share<TLevel>> Wished<TLevel>(IReadOnlyList<AccessControlRequest?>? list, Func<string, TLevel> parse) =>
    [
        .. Needed.Entry(list, "access_control_list").Select(e => Needed.Entry(e, "access_control_list"))
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

    public static RegistryPermission ModelLevel(string name, string id) =>
        // Everybody may create models: with this level alone somebody has no right on those of others.
        name == CanCreate && id == RegistrySharing.Root ? RegistryPermission.None
        : LevelNames.OfModels.FirstOrDefault(l => l.Level.ToWire() == name)?.Level ?? throw Unknown(name, LevelNames.OfModels);

    public static Permission ExperimentLevel(string name) =>
        name == "CAN_RUN" ? Permission.Edit
        : LevelNames.OfExperiments.FirstOrDefault(l => l.Level.ToWire() == name)?.Level.AsExperiments() ?? throw Unknown(name, LevelNames.OfExperiments);

    private static HubException Unknown(string name, IReadOnlyList<LevelNames> known) => HubException.Invalid(
        $"Invalid value '{MlHub.Tracking.LogRules.Shown(name)}' for parameter 'permission_level' supplied: must be one of {string.Join(", ", known.Select(l => l.Level.ToWire()))}.");

    /// <summary>One entry for each principal, with what is given directly before what is inherited.</summary>
    public static List<AccessControlMessage> ToMessages(this IEnumerable<Share<RegistryPermission>> shares) =>
    [
        .. shares.GroupBy(s => s.Who).Select(g => new AccessControlMessage(
            g.Key.Kind == PrincipalKind.User ? g.Key.Name : null,
            g.Key.Kind == PrincipalKind.Group ? g.Key.Name : null,
            g.Key.Kind == PrincipalKind.ServiceAccount ? g.Key.Name : null,
            g.Key.Name,
            [.. g.Select(s => new GivenPermissionMessage(s.Level.ToWire(), s.IsInherited, s.InheritedFrom is { } from ? [from] : null))])),
    ];

    public static List<PermissionLevelMessage> ToMessages(this IReadOnlyList<LevelNames> levels) => [.. levels.Select(l => new PermissionLevelMessage(l.Level.ToWire(), l.Meaning))];
}
