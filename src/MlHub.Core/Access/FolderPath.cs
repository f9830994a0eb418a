using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>Folders are the parts of experiments' names before a slash: <c>team/vision/resnet</c> lies in <c>team</c> and in <c>team/vision</c>.</summary>
public static class FolderPath
{
    /// <summary>The folders above a name or a folder, the outermost first. A slash at the beginning or after another makes none.</summary>
    public static List<string> Above(string name) =>
        [.. Enumerable.Range(0, name.Length).Where(i => i > 0 && name[i] == '/' && name[i - 1] != '/').Select(i => name[..i])];

    /// <summary>The folder itself and those above it, the outermost first.</summary>
    public static List<string> Chain(string folder) => [.. Above(folder), folder];

    /// <summary>What the name begins with where it lies below the folder.</summary>
    public static string Prefix(string folder) => folder + "/";

    /// <summary>A name without the folder that it lies in.</summary>
    public static string Last(string name) => Above(name) is [.., var folder] ? name[(folder.Length + 1)..] : name;

    /// <exception cref="HubException">Invalid for what no experiment can lie below.</exception>
    public static string Parse(string? path)
    {
        var folder = (path ?? "").TrimEnd('/');
        LogRules.CheckLength(folder, Limits.ExperimentName, "path");
        return string.IsNullOrWhiteSpace(folder) || folder.Any(char.IsControl)
            ? throw HubException.Invalid("Invalid value for parameter 'path' supplied: a folder is what experiments' names have before a slash, such as team/vision.")
            : folder;
    }
}
