using Microsoft.Extensions.Logging;

namespace MlHub.Operations;

/// <summary>How workers that try again log what failed: an outage in one line, a defect with its stack trace.</summary>
public static class WorkerLog
{
    /// <param name="what">What could not be done, as a sentence without its full stop.</param>
    public static void LogRetry(this ILogger logger, HubDbFactory hub, Exception e, string what)
    {
        if ((e as HubException ?? hub.ExplainOrNull(e)) is { } outage)
        {
            logger.LogWarning("{What}; trying again. {Reason}", what, outage.Message);
        }
        else
        {
            logger.LogError(e, "{What}; trying again.", what);
        }
    }
}
