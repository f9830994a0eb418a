using System.Diagnostics;
using System.Net.Http;

namespace MlHub.Adapters.Webhooks;

/// <summary>When one attempt came how far, in milliseconds since its start. A request on a connection that was open already has no first three.</summary>
internal sealed class SendTimings
{
    private static readonly HttpRequestOptionsKey<SendTimings> Key = new("timings");
    private readonly long _start = Stopwatch.GetTimestamp();

    private SendTimings()
    {
    }

    public int? ResolvedMs { get; private set; }
    public int? ConnectedMs { get; private set; }
    public int? SecuredMs { get; private set; }
    public int? FirstByteMs { get; private set; }
    public int Elapsed => (int)Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    public static SendTimings Start(HttpRequestMessage request)
    {
        var timings = new SendTimings();
        request.Options.Set(Key, timings);
        return timings;
    }

    public static SendTimings? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var timings) ? timings : null;

    public void Resolved() => ResolvedMs = Elapsed;

    public void Connected() => ConnectedMs = Elapsed;

    public void Secured() => SecuredMs = Elapsed;

    public void FirstByte() => FirstByteMs = Elapsed;
}
