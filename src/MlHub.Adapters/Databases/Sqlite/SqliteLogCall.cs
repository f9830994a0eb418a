using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>One call that waits for the writer. It can be cancelled until the writer takes it; from then on it completes.</summary>
internal sealed class SqliteLogCall(Caller caller, string runId, RunLog log)
{
    private const int Waiting = 0, Taken = 1, Cancelled = 2;

    private readonly TaskCompletionSource<LogOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Waiting;
    private LogOutcome _outcome;
    private Exception? _refusal;

    public Caller Caller { get; } = caller;
    public string RunId { get; } = runId;
    public RunLog Log { get; } = log;
    public Task<LogOutcome> Done => _done.Task;
    public int Rows => Log.Metrics.Count + Log.Params.Count + Log.Tags.Count;

    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    public void Cancel(CancellationToken cancel)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            _done.TrySetCanceled(cancel);
        }
    }

    /// <summary>Keeps the result until the commit: before it, even a refusal may rest on what is not yet durable.</summary>
    public void Settle(LogOutcome outcome) => (_outcome, _refusal) = (outcome, null);

    public void Settle(Exception refusal) => _refusal = refusal;

    public void Answer()
    {
        if (_refusal is null)
        {
            _done.TrySetResult(_outcome);
        }
        else
        {
            _done.TrySetException(_refusal);
        }
    }
}
