namespace MlHub.Webhooks;

/// <summary>A webhook with something to send now.</summary>
internal sealed record ReadyWebhook(long Id, bool IsOrdered, int FailuresInARow)
{
    /// <summary>Whether its circuit was opened: then a single delivery shows whether the receiver is back.</summary>
    public bool IsProbe => FailuresInARow >= WebhookHealth.CircuitOpensAt;
}

/// <summary>How many deliveries a webhook may send now.</summary>
internal sealed record Turn(ReadyWebhook Webhook, int Places);

/// <summary>
/// Who may send now, so that hanging receivers cost the others nothing: those whose last attempt failed share a slow lane, one delivery each.
/// In the fast lane a delivery holds its place for a second at most, however long the receiver takes, and only a receiver that
/// has just answered well gets several at once. Whoever waited longest is served first.
/// </summary>
internal sealed class DeliveryLanes
{
    private const int FastPlaces = 256, SlowPlaces = 128, PlacesOfOne = 4;

    public static readonly TimeSpan Brisk = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Receiver> _receivers = [];
    private int _fast, _slow;
    private long _turn;

    public List<Turn> Choose(IEnumerable<ReadyWebhook> ready)
    {
        lock (_lock)
        {
            var (fast, slow) = (FastPlaces - _fast, SlowPlaces - _slow);
            List<Turn> turns = [];
            foreach (var webhook in ready.OrderBy(w => _receivers.GetValueOrDefault(w.Id)?.ServedLast ?? 0))
            {
                var receiver = _receivers.GetValueOrDefault(webhook.Id);
                var most = webhook.IsOrdered || webhook.FailuresInARow > 0 || receiver is not { AnsweredWell: true } ? 1 : PlacesOfOne;
                ref var lane = ref webhook.FailuresInARow > 0 ? ref slow : ref fast;
                var places = Math.Min(most - (receiver?.Sending ?? 0), lane);
                if (places > 0)
                {
                    lane -= places;
                    turns.Add(new(webhook, places));
                }
            }

            return turns;
        }
    }

    /// <summary>Runs one attempt in its lane.</summary>
    public async Task<SendResult> RunAsync(ReadyWebhook webhook, Func<Task<SendResult>> send)
    {
        var isSlow = webhook.FailuresInARow > 0;
        Enter(webhook.Id, isSlow);
        var answeredWell = false;
        try
        {
            var sending = send();
            if (!isSlow)
            {
                await Task.WhenAny(sending, Task.Delay(Brisk));
                Leave(isSlow);
            }

            var result = await sending;
            answeredWell = result.IsDelivered;
            return result;
        }
        finally
        {
            Finish(webhook.Id, isSlow, answeredWell);
        }
    }

    private void Enter(long webhook, bool isSlow)
    {
        lock (_lock)
        {
            _ = isSlow ? _slow++ : _fast++;
            if (!_receivers.TryGetValue(webhook, out var receiver))
            {
                _receivers[webhook] = receiver = new();
            }

            receiver.Sending++;
            receiver.ServedLast = ++_turn;
        }
    }

    private void Leave(bool isSlow)
    {
        lock (_lock)
        {
            _ = isSlow ? _slow-- : _fast--;
        }
    }

    private void Finish(long webhook, bool isSlow, bool answeredWell)
    {
        if (isSlow)
        {
            Leave(isSlow);
        }

        lock (_lock)
        {
            _receivers[webhook].Sending--;
            _receivers[webhook].AnsweredWell = answeredWell;
        }
    }

    private sealed class Receiver
    {
        public int Sending { get; set; }
        public long ServedLast { get; set; }
        public bool AnsweredWell { get; set; }
    }
}
