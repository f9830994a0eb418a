namespace MlHub.Webhooks;

/// <summary>A webhook with something to send now.</summary>
/// <param name="HasAnswered">Whether its receiver has ever taken a delivery.</param>
internal sealed record ReadyWebhook(long Id, bool IsOrdered, int FailuresInARow, bool HasAnswered)
{
    /// <summary>Whether its circuit was opened: then a single delivery shows whether the receiver is back.</summary>
    public bool IsProbe => FailuresInARow >= WebhookHealth.CircuitOpensAt;

    public Lane Lane => FailuresInARow > 0 ? Lane.Slow : HasAnswered ? Lane.Fast : Lane.New;
}

/// <summary>How many deliveries a webhook may send now.</summary>
internal sealed record Turn(ReadyWebhook Webhook, int Places);

/// <summary>Which receivers share their places.</summary>
internal enum Lane
{
    /// <summary>They took what came last.</summary>
    Fast,

    /// <summary>Nobody knows yet.</summary>
    New,

    /// <summary>The last attempt failed.</summary>
    Slow,
}

/// <summary>
/// Who may send now, so that hanging receivers cost the others nothing: those whose last attempt failed share a lane, one delivery each, and so do those that are new.
/// Outside of the slow lane a delivery holds its place for a moment only, however long the receiver takes, and only a receiver
/// that has just answered well gets several at once. Whoever waited longest is served first.
/// </summary>
internal sealed class DeliveryLanes
{
    private const int PlacesOfOne = 4;

    private static readonly TimeSpan Brisk = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Receiver> _receivers = [];
    private readonly Dictionary<Lane, int> _free = new() { [Lane.Fast] = 512, [Lane.New] = 256, [Lane.Slow] = 128 };
    private long _turn;

    public List<Turn> Choose(IEnumerable<ReadyWebhook> ready)
    {
        lock (_lock)
        {
            var free = new Dictionary<Lane, int>(_free);
            List<Turn> turns = [];
            foreach (var webhook in ready.OrderBy(w => _receivers.GetValueOrDefault(w.Id)?.ServedLast ?? 0))
            {
                var receiver = _receivers.GetValueOrDefault(webhook.Id);
                var most = webhook.Lane == Lane.Fast && !webhook.IsOrdered && receiver is { AnsweredWell: true } ? PlacesOfOne : 1;
                var places = Math.Min(most - (receiver?.Sending ?? 0), free[webhook.Lane]);
                if (places > 0)
                {
                    free[webhook.Lane] -= places;
                    turns.Add(new(webhook, places));
                }
            }

            return turns;
        }
    }

    /// <summary>Runs one attempt in its lane.</summary>
    public async Task<SendResult> RunAsync(ReadyWebhook webhook, Func<Task<SendResult>> send)
    {
        Enter(webhook);
        var answeredWell = false;
        var isOut = false;
        try
        {
            var sending = send();
            if (webhook.Lane != Lane.Slow)
            {
                await Task.WhenAny(sending, Task.Delay(Brisk));
                Leave(webhook.Lane);
                isOut = true;
            }

            var result = await sending;
            answeredWell = result.IsDelivered;
            return result;
        }
        finally
        {
            Finish(webhook, isOut, answeredWell);
        }
    }

    private void Enter(ReadyWebhook webhook)
    {
        lock (_lock)
        {
            _free[webhook.Lane]--;
            if (!_receivers.TryGetValue(webhook.Id, out var receiver))
            {
                _receivers[webhook.Id] = receiver = new();
            }

            receiver.Sending++;
            receiver.ServedLast = ++_turn;
        }
    }

    private void Leave(Lane lane)
    {
        lock (_lock)
        {
            _free[lane]++;
        }
    }

    private void Finish(ReadyWebhook webhook, bool isOut, bool answeredWell)
    {
        if (!isOut)
        {
            Leave(webhook.Lane);
        }

        lock (_lock)
        {
            _receivers[webhook.Id].Sending--;
            _receivers[webhook.Id].AnsweredWell = answeredWell;
        }
    }

    private sealed class Receiver
    {
        public int Sending { get; set; }
        public long ServedLast { get; set; }
        public bool AnsweredWell { get; set; }
    }
}
