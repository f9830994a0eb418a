using MlHub.Events;
using MlHub.Live;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>What one committed call did.</summary>
internal readonly record struct LogOutcome(LoggedTo To, bool WroteEvent);

/// <summary>Tells this process's pages and readers of events what was committed.</summary>
public sealed class RunLogNews(EventSignal signal, LiveFeed feed, LoggedPoints logged)
{
    internal void Tell(string runId, RunLog log, LogOutcome outcome)
    {
        if (outcome.WroteEvent)
        {
            signal.Raise();
        }

        if (log.Metrics.Count > 0)
        {
            logged.Add(runId, log.Metrics.Count);
        }

        feed.Announce(Topics.Run(runId));
        feed.Announce(Topics.Experiment(outcome.To.ExperimentId));
    }
}
