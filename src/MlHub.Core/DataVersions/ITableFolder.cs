namespace MlHub.DataVersions;

/// <summary>Opens what the operator lets MlHub read of other people's data, and nothing else.</summary>
public interface IDataFolders
{
    /// <summary>The folder of a table, or null where <c>MlHub:DataSources:Roots</c> does not reach, whether there is such a folder or not.</summary>
    /// <param name="location">Any text.</param>
    ITableFolder? OpenOrNull(string location);
}

/// <summary>A table's folder. Paths are relative to it, with slashes; what leads out of the allowed roots is absent.</summary>
public interface ITableFolder
{
    /// <summary>The files directly in a folder with their sizes in bytes, up to <paramref name="most"/>; empty where there is none.</summary>
    Task<IReadOnlyList<(string Name, long Size)>> ListAsync(string folder, int most, CancellationToken cancel);

    /// <summary>The bytes of a file; null where it is absent or larger than <paramref name="most"/> bytes.</summary>
    Task<byte[]?> ReadOrNullAsync(string path, long most, CancellationToken cancel);

    /// <summary>How many of the files are not there.</summary>
    Task<int> CountMissingAsync(IReadOnlyList<string> paths, CancellationToken cancel);
}
