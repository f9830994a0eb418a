namespace MlHub.Access;

/// <summary>
/// A folder of experiments (<c>team/vision</c>) on which something was given. A folder is nothing but the beginning of names;
/// only those with grants have a row.
/// </summary>
public sealed class Folder
{
    public long Id { get; init; }
    public required string Path { get; init; }
}

/// <summary>That an experiment lies below a folder with grants, near or far: permissions are found by equality, not by comparing names.</summary>
public sealed class ExperimentFolder
{
    public required long ExperimentId { get; init; }
    public required long FolderId { get; init; }
}

/// <summary>A permission of one person or one group on every experiment below a folder, now and later.</summary>
public sealed class FolderGrant
{
    public long Id { get; init; }
    public required long FolderId { get; init; }
    public Guid? UserId { get; init; }
    public Guid? GroupId { get; init; }
    public required Permission Permission { get; set; }
}
