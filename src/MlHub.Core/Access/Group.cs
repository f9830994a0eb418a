namespace MlHub.Access;

/// <summary>People and service accounts who are given permissions together.</summary>
public sealed class Group
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>The name in upper case: two groups never differ by case alone.</summary>
    public required string NormalizedName { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Somebody belongs to a group.</summary>
public sealed class GroupMember
{
    public required Guid GroupId { get; init; }
    public required Guid UserId { get; init; }
}
