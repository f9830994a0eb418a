namespace MlHub.Access;

/// <summary>A permission of one person or one group on one registered model, or, without a model, on all of them.</summary>
public sealed class RegistryGrant
{
    public long Id { get; init; }

    /// <summary>Null for the registry's root, from where every model inherits.</summary>
    public long? ModelId { get; init; }
    public Guid? UserId { get; init; }
    public Guid? GroupId { get; init; }
    public required RegistryPermission Permission { get; set; }
}
