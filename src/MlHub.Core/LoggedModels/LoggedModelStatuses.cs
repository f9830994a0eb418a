namespace MlHub.LoggedModels;

/// <summary>The names of the states: those of the protocol, and the short ones that filters and people use.</summary>
public static class LoggedModelStatuses
{
    private const string Prefix = "LOGGED_MODEL_";

    public static string ToShort(this LoggedModelStatus status) => status switch
    {
        LoggedModelStatus.Pending => "PENDING",
        LoggedModelStatus.Ready => "READY",
        _ => "UPLOAD_FAILED",
    };

    public static string ToWire(this LoggedModelStatus status) => Prefix + status.ToShort();

    /// <summary>The short name for any spelling of it: <c>LOGGED_MODEL_READY</c>, and <c>FAILED</c> as MLflow's Python client says.</summary>
    public static string Shorten(string name) =>
        (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? name[Prefix.Length..] : name).ToUpperInvariant() is var plain && plain == "FAILED" ? "UPLOAD_FAILED" : plain;

    public static LoggedModelStatus? ParseOrNull(string name) =>
        Enum.GetValues<LoggedModelStatus>().Cast<LoggedModelStatus?>().FirstOrDefault(s => s!.Value.ToShort() == Shorten(name));
}
