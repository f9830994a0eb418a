using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Operations;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// Writes run logs. Its thread takes all calls that wait, commits them together (one fsync for all) and only then answers them. A call
/// that comes alone is committed where it came in: to wake the thread and be woken by it would cost as much as the commit.
/// In the pauses the thread checkpoints.
/// </summary>
public sealed class SqliteWriter(SqliteFile file, SqliteWriteLock turn, WriteStop stop, TimeProvider clock, ILogger<SqliteWriter> logger) : IHostedService, IDisposable
{
    private const int MostWaiting = 1024, MostCalls = 512, MostRows = 20_000;

    /// <summary>All is idle when nothing came for so long.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // Continuations may run inline: the only reader wakes its own thread, the writers only go on to wait for their answer.
    private readonly Channel<SqliteLogCall> _calls = Channel.CreateBounded<SqliteLogCall>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Used by whoever has the turn; null before the start and after the end.</summary>
    private volatile SqliteLogConnection? _connection;
    private bool _started;
    private int _writtenAlone;

    /// <summary>Opens the database, so that a start that cannot write fails at once.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var connection = _connection = new SqliteLogConnection(file, clock);
        new Thread(() => Work(connection)) { Name = "MlHub run log", IsBackground = true }.Start();
        _started = true;
        return Task.CompletedTask;
    }

    /// <summary>Takes no more calls and returns when those accepted are stored.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _calls.Writer.TryComplete();
        return _started ? _ended.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    public void Dispose()
    {
        // To close the last connection makes a checkpoint, which would flush once more.
        if (!stop.IsOn)
        {
            _connection?.Dispose();
        }
    }

    internal async Task<LogOutcome> WriteAsync(SqliteLogCall call, CancellationToken cancel)
    {
        stop.Check();
        if (TryWriteAlone(call))
        {
            return await call.Done;
        }

        HubMeter.Waiting.Add(1);
        try
        {
            await _calls.Writer.WriteAsync(call, cancel);
            await using (cancel.UnsafeRegister(static (call, token) => ((SqliteLogCall)call!).Cancel(token), call))
            {
                return await call.Done;
            }
        }
        catch (ChannelClosedException)
        {
            throw new HubException(HubError.Unavailable, "MlHub is stopping; nothing of this call was stored. Try again.");
        }
        finally
        {
            HubMeter.Waiting.Add(-1);
        }
    }

    /// <summary>Where other work waits for this thread, more calls may be among it: then it is not blocked, and they become a group.</summary>
    private bool TryWriteAlone(SqliteLogCall call)
    {
        if (_calls.Reader.Count > 0 || ThreadPool.PendingWorkItemCount > 0 || turn.EnterOrNull() is not { } entered)
        {
            return false;
        }

        using (entered)
        {
            if (_connection is null)
            {
                return false;
            }

            Commit(_connection, [call]);
            _writtenAlone++;
        }

        call.Answer();
        return true;
    }

    private void Work(SqliteLogConnection connection)
    {
        var group = new List<SqliteLogCall>(MostCalls);
        while (WaitForCalls(connection))
        {
            Take(group);
            Write(connection, group);
            group.ForEach(c => c.Answer());
            group.Clear();
        }

        if (!stop.IsOn)
        {
            using (turn.EnterAtLast())
            {
                _connection = null;
                connection.Checkpoints.CopyAndEmpty();
                connection.Dispose();
            }
        }

        _ended.SetResult();
    }

    private bool WaitForCalls(SqliteLogConnection connection)
    {
        var ready = _calls.Reader.WaitToReadAsync();
        if (ready.IsCompleted)
        {
            return ready.Result;
        }

        var pending = ready.AsTask();
        for (var before = _writtenAlone; !pending.Wait(Pause); before = _writtenAlone)
        {
            if (before == _writtenAlone ? connection.Checkpoints.IsDueWhenIdle() : connection.Checkpoints.IsDueUnderLoad())
            {
                Checkpoint(connection);
            }
        }

        return pending.Result;
    }

    private void Take(List<SqliteLogCall> group)
    {
        for (var rows = 0; group.Count < MostCalls && rows < MostRows && _calls.Reader.TryRead(out var call);)
        {
            if (call.TryTake())
            {
                group.Add(call);
                rows += call.Rows;
            }
        }
    }

    private void Write(SqliteLogConnection connection, List<SqliteLogCall> group)
    {
        try
        {
            using (turn.Enter())
            {
                Commit(connection, group);
            }
        }
        catch (HubException stopped)
        {
            group.ForEach(c => c.Settle(stopped));
        }

        if (connection.Checkpoints.IsDueUnderLoad())
        {
            Checkpoint(connection);
        }
    }

    private void Commit(SqliteLogConnection connection, List<SqliteLogCall> calls)
    {
        var began = clock.GetTimestamp();
        if (connection.Commit(calls) is { } failure)
        {
            Notice(failure);
            logger.LogError(failure, "A group of {Calls} logging calls could not be stored as one; each was tried alone or refused.", calls.Count);
        }

        HubMeter.CommitCalls.Record(calls.Count);
        HubMeter.CommitTime.Record(clock.GetElapsedTime(began).TotalSeconds);
    }

    private void Checkpoint(SqliteLogConnection connection)
    {
        if (stop.IsOn)
        {
            return;
        }

        try
        {
            using (turn.Enter())
            {
                connection.Checkpoints.Copy();
            }
        }
        catch (Exception e) when (e is SqliteException or HubException)
        {
            Notice(e);
        }
    }

    private void Notice(Exception failure)
    {
        if (SqliteFailure.IsOfFlush(failure))
        {
            stop.Set(failure);
        }
    }
}
