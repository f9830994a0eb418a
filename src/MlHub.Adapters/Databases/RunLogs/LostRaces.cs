namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>Runs a transaction again that the database gave up in favour of another.</summary>
internal static class LostRaces
{
    private const int Attempts = 8;

    public static async Task<T> RetryAsync<T>(Func<Task<T>> transaction, Func<Exception, bool> isLost, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (Exception e) when (isLost(e))
            {
                if (attempt == Attempts)
                {
                    throw new HubException(HubError.Unavailable, "Too many changes of the same rows at once. Try again.");
                }

                await Task.Delay(Random.Shared.Next(2, 20 * attempt), cancel);
            }
        }
    }
}
