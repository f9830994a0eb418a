using MlHub.DataVersions;

namespace MlHub.Reproduce;

/// <summary>What is needed to make a run again.</summary>
/// <param name="Source">The project, script or notebook.</param>
/// <param name="Packages">By name, what the run's environment asks for.</param>
/// <param name="Environment">Where its files lie; null where it logged none.</param>
/// <param name="Data">What it read, and whether that can be read again.</param>
/// <param name="Steps">What to do, in order.</param>
/// <param name="Missing">What the run did not log, in sentences: with them open, another outcome is no surprise.</param>
public sealed record Recipe(
    string? Source, string? Repository, string? Commit, string? EntryPoint, IReadOnlyList<KeyValuePair<string, string>> Params, IReadOnlyDictionary<string, string> Packages,
    EnvironmentPlace? Environment, RunDataReport Data, IReadOnlyList<RecipeStep> Steps, IReadOnlyList<string> Missing);

/// <summary>Something to do, and the commands for it, safe to paste into a shell.</summary>
public sealed record RecipeStep(string Title, string Commands, string? Note = null);

/// <summary>The folder of a run's artifacts, or of a logged model's files where that is named, in which the files of the environment are.</summary>
public sealed record EnvironmentPlace(string Folder, IReadOnlyList<string> Files, string? LoggedModelId = null);
