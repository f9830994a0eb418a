namespace MlHub.Protocol.Access;

// MlHub's own: folders of experiments. A path is what names have before a slash; none stands for the outermost level.

public sealed record FolderRequest(string? Path);

public sealed record FoldersResponse(IReadOnlyList<FolderMessage> Folders);

/// <summary>A folder, and the number of experiments below it that the caller may read.</summary>
public sealed record FolderMessage(string Path, int Experiments);

public sealed record ChangeFolderPermissionsRequest(string? Path, IReadOnlyList<AccessControlRequest?>? AccessControlList);
