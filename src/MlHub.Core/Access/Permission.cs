namespace MlHub.Access;

/// <summary>What someone may do with an experiment; each level includes those before it. None means: for them it does not exist.</summary>
public enum Permission
{
    None = 0,
    Read = 1,
    Edit = 2,
    Manage = 3,
}
