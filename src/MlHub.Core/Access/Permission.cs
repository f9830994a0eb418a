namespace MlHub.Access;

/// <summary>What someone may do with an experiment; each level includes those before it. None means: for them it does not exist.</summary>
public enum Permission
{
    None = 0,
    Read = 1,
    Edit = 2,
    Manage = 3,
}

public static class Permissions
{
    /// <summary>The level of the same name among those of models.</summary>
    public static RegistryPermission AsRegistry(this Permission permission) => permission switch
    {
        Permission.Manage => RegistryPermission.Manage,
        Permission.Edit => RegistryPermission.Edit,
        Permission.Read => RegistryPermission.Read,
        _ => RegistryPermission.None,
    };

    /// <summary>The same back: what has no equal among experiments counts as the next lower one.</summary>
    public static Permission AsExperiments(this RegistryPermission permission) => permission switch
    {
        RegistryPermission.Manage => Permission.Manage,
        >= RegistryPermission.Edit => Permission.Edit,
        RegistryPermission.Read => Permission.Read,
        _ => Permission.None,
    };
}
