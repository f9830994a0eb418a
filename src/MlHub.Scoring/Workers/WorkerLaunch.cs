namespace MlHub.Scoring.Workers;

/// <summary>The command that starts a worker, and all of its environment.</summary>
public sealed record WorkerLaunch(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Where it is started; null for the folder of temporary files.</summary>
    public string? Folder { get; init; }

    /// <summary>The same in a container of another program, such as <c>unshare -n</c>.</summary>
    public WorkerLaunch Under(IReadOnlyList<string> command) =>
        command.Count == 0 ? this : this with { Program = command[0], Arguments = [.. command.Skip(1), Program, .. Arguments] };
}
