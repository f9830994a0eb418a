using MlHub.Protocol.Serving;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Web.Shell;

namespace MlHub.Web.Serving;

/// <summary>Between served models and their messages.</summary>
public static class ServingMapping
{
    public static ServedModelResponse ToMessage(this ServingReport report, string name) => new(
        name, report.IsEnabled, report.Missing, [.. report.Versions.Select(v => v.ToMessage(name))],
        [.. report.Endpoints.Select(e => new ServedEndpointMessage(e.Selector, $"{e.Version}", e.Answering is { } answering ? $"{answering}" : null, HubUrls.Invocations(name, e.Selector)))])
    {
        PythonTrusted = report.IsPythonTrusted,
    };

    private static ServedVersionMessage ToMessage(this ServedVersion version, string model) => new(
        $"{version.Number}", $"{version.Stage}", version.Aliases.Count > 0 ? [.. version.Aliases] : null,
        version.Objection is null ? Name(version.State.Status) : "UNSUPPORTED", version.Objection ?? version.RenewalRefusal ?? version.State.Reason, version.State.RetryAt?.ToUnixTimeMilliseconds(),
        version.State.InFlight, version.State.ExampleRefusal, HubUrls.Invocations(model, $"{version.Number}"),
        [.. version.State.Replicas.Select(r => new ServingReplicaMessage(Name(r.Status), r.Reason, r.ProcessId, r.MemoryBytes, r.Restarts))]);

    private static string Name(ScorerStatus status) => status.ToString().ToUpperInvariant();
}
