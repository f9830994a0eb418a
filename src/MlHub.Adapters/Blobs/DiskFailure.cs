namespace MlHub.Adapters.Blobs;

/// <summary>What a failure of the disk means to a caller, without any path of this machine.</summary>
internal static class DiskFailure
{
    // Numbers of Linux: ENOSPC, EDQUOT.
    private const int NoSpace = 28, QuotaExceeded = 122;

    /// <exception cref="HubException">StorageFull or Unavailable.</exception>
    public static async Task WatchAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e) when (ExplainOrNull(e) is { } refusal)
        {
            throw refusal;
        }
    }

    public static T Watch<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (ExplainOrNull(e) is { } refusal)
        {
            throw refusal;
        }
    }

    public static void Watch(Action call) => Watch(() =>
    {
        call();
        return true;
    });

    public static HubException Full() => new(HubError.StorageFull, "The artifact store is full. Nothing was stored. An administrator has to free space, or give it a larger disk.");

    private static HubException? ExplainOrNull(Exception e) => e switch
    {
        IOException { HResult: NoSpace or QuotaExceeded } => Full(),
        IOException when e.Message.Contains("No space left", StringComparison.Ordinal) => Full(),
        // .NET's word for EFBIG: files of this process may not be so large. Any other such exception is a defect of ours.
        ArgumentOutOfRangeException { ParamName: "value", ActualValue: null, Source: "System.Private.CoreLib" } => Full(),
        IOException or UnauthorizedAccessException => new(HubError.Unavailable, "The artifact store's disk cannot be written just now. Nothing was stored; try again."),
        _ => null,
    };
}
