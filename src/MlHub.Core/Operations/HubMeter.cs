using System.Diagnostics.Metrics;

namespace MlHub.Operations;

/// <summary>What MlHub measures of itself, under the meter <c>MlHub</c>. Nobody pays for what nobody listens to.</summary>
public static class HubMeter
{
    public const string Name = "MlHub";

    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Points = Meter.CreateCounter<long>("mlhub.run_log.points", "{point}", "Metric points that were stored");

    public static readonly Histogram<long> CommitCalls = Meter.CreateHistogram<long>("mlhub.run_log.commit.calls", "{call}", "Logging calls that were committed together");

    public static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>("mlhub.run_log.commit.duration", "s", "Time of one commit of the run log");

    public static readonly UpDownCounter<long> Waiting = Meter.CreateUpDownCounter<long>("mlhub.run_log.waiting", "{call}", "Logging calls that wait for their commit");

    public static readonly Counter<long> ArtifactsReceived = Meter.CreateCounter<long>("mlhub.artifacts.received", "By", "Bytes of artifacts that were stored");

    public static readonly Counter<long> ArtifactsSent = Meter.CreateCounter<long>("mlhub.artifacts.sent", "By", "Bytes of artifacts that were asked for");

    public static readonly Histogram<double> SearchTime = Meter.CreateHistogram<double>("mlhub.search.duration", "s", "Time of one search of runs");

    public static readonly Counter<long> Denied = Meter.CreateCounter<long>("mlhub.denied", "{call}", "Calls and visits that were refused");

    /// <summary>With the tag <c>delivered</c>, true or false.</summary>
    public static readonly Histogram<double> Attempts = Meter.CreateHistogram<double>("mlhub.webhooks.attempt.duration", "s", "Time of one attempt to deliver to a webhook");

    /// <summary>With the tags <c>model</c>, <c>version</c> and <c>outcome</c>: answered, refused or failed.</summary>
    public static readonly Histogram<double> ServingTime = Meter.CreateHistogram<double>("mlhub.serving.request.duration", "s", "Time of one request to a served model");

    public static readonly UpDownCounter<long> Circuits = Meter.CreateUpDownCounter<long>("mlhub.circuits", "{circuit}", "Live pages with a browser at their other end");
}
