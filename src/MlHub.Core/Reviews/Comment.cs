namespace MlHub.Reviews;

/// <summary>What somebody wrote about a model version, in Markdown. A reply has a parent; threads are one level deep.</summary>
public sealed class Comment
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }
    public required long VersionId { get; init; }
    public string? ParentId { get; init; }
    public required Guid AuthorId { get; init; }
    public required string Author { get; init; }
    public required string Text { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}
