namespace MlHub.Registry;

/// <summary>What a client says of a version it registers.</summary>
public sealed record NewVersion(
    string Model, string Source, string? RunId, string? RunLink, string? LoggedModelId, string? Description,
    IReadOnlyList<KeyValuePair<string, string>> Tags)
{
    /// <exception cref="HubException">Invalid, naming the field.</exception>
    internal void Check()
    {
        RegistryRules.CheckDescription(Description);
        RegistryRules.CheckTags(Tags);
        RegistryRules.CheckId(RunId, "run_id");
        RegistryRules.CheckId(LoggedModelId, "model_id");
        RegistryRules.CheckLink(RunLink, Limits.VersionSource, "run_link");
    }
}
