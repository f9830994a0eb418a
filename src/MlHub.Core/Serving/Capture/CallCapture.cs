using System.Threading.Channels;

namespace MlHub.Serving.Capture;

/// <summary>A request that was chosen to be kept, when it was answered.</summary>
internal sealed record SampledCall(AnsweredCall Call, DateTimeOffset At);

/// <summary>Chooses a share of the requests and hands them to <see cref="CaptureWorker"/>. Nobody who asks a model waits for it: what there is no room for is let go and counted.</summary>
internal sealed class CallCapture(CaptureRules rules, CaptureTally tally, TimeProvider clock) : ICallListener
{
    private const int Room = 500;

    private readonly Channel<SampledCall> _queue = Channel.CreateBounded<SampledCall>(new BoundedChannelOptions(Room) { SingleReader = true });

    public ChannelReader<SampledCall> Sampled => _queue.Reader;

    public void Hear(AnsweredCall call)
    {
        var share = rules.ShareOf(call.Target.ModelId);
        // What the model was not asked says nothing of it.
        if (share <= 0 || call.Answer is null || (share < 1 && Random.Shared.NextDouble() >= share))
        {
            return;
        }

        if (call.Body.Length > Limits.CapturedBytes || call.Answer.Body.Length > Limits.CapturedBytes)
        {
            tally.Add(call.Target.ModelId, tooLarge: 1);
        }
        else if (!_queue.Writer.TryWrite(new(call, clock.GetUtcNow())))
        {
            tally.Add(call.Target.ModelId, crowded: 1);
        }
    }
}
