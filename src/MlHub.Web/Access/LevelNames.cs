namespace MlHub.Web.Access;

/// <summary>The levels of permission in people's words, the lowest first.</summary>
public sealed record LevelNames(RegistryPermission Level, string Name, string Meaning)
{
    public static IReadOnlyList<LevelNames> OfModels { get; } =
    [
        new(RegistryPermission.Read, "Can read", "View versions, ask for a stage, comment"),
        new(RegistryPermission.Edit, "Can edit", "Also add versions, change descriptions and tags"),
        new(RegistryPermission.ManageStaging, "Can manage Staging", "Also move versions and decide on requests, except for Production"),
        new(RegistryPermission.ManageProduction, "Can manage Production", "Also move versions into and out of Production"),
        new(RegistryPermission.Manage, "Can manage", "Also rename, delete and share"),
    ];

    public static IReadOnlyList<LevelNames> OfExperiments { get; } =
    [
        new(RegistryPermission.Read, "Can read", "View runs and download artifacts"),
        new(RegistryPermission.Edit, "Can edit", "Also log and change runs"),
        new(RegistryPermission.Manage, "Can manage", "Also delete and share the experiment"),
    ];

    public static string Of(RegistryPermission level) => OfModels.FirstOrDefault(l => l.Level == level)?.Name ?? "Nothing";
}
