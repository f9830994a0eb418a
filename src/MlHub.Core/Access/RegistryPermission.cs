namespace MlHub.Access;

/// <summary>
/// What someone may do with a registered model; each level includes those before it. None means: for them it does not exist.
/// The levels are Databricks', the numbers are stored.
/// </summary>
public enum RegistryPermission : short
{
    None = 0,
    Read = 1,
    Edit = 2,
    ManageStaging = 3,
    ManageProduction = 4,
    Manage = 5,
}
