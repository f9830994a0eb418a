using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace MlHub.Scoring.Workers;

/// <summary>What a worker cannot work with.</summary>
internal enum WorkerRefusal
{
    /// <summary>No other worker will load it either.</summary>
    Model,

    /// <summary>Its own library: the hub's trouble.</summary>
    Runtime,
}

/// <summary>The outside of a worker process. A thread of ours writes to it and another reads, since a pipe that is full or empty blocks.</summary>
public sealed class WorkerProcess : IDisposable
{
    private const int Killed = 128;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly BlockingCollection<Frame> _outgoing = [];
    private readonly ConcurrentDictionary<ulong, Waiting> _waiting = new();
    private readonly TaskCompletionSource<ModelDescription> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timer _deadlines;
    private ulong _lastId;

    /// <param name="launch">How it is started.</param>
    /// <param name="plan">What it shall serve.</param>
    /// <param name="log">Hears what it writes to standard error, a line at a time.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">Where the program cannot be started.</exception>
    public WorkerProcess(WorkerLaunch launch, ModelPlan plan, Action<string> log)
    {
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = launch.Folder ?? Path.GetTempPath() };
        // The hub's own environment may hold passwords.
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        _process = new() { StartInfo = start };
        _process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { Length: > 0 } line)
            {
                log(line);
            }
        };
        _process.Start();
        Id = _process.Id;
        _process.BeginErrorReadLine();
        _outgoing.Add(new(0, 0, JsonSerializer.SerializeToUtf8Bytes(plan, ScoringJson.Default.ModelPlan)));
        _deadlines = new(_ => KillWhenLate(), null, Tick, Tick);
        new Thread(Write) { IsBackground = true, Name = $"to worker {Id}" }.Start();
        new Thread(Read) { IsBackground = true, Name = $"from worker {Id}" }.Start();
    }

    /// <summary>The process' id.</summary>
    public int Id { get; }

    /// <summary>Completes when the model is loaded; fails with a <see cref="ScoringException"/> that says why it is not.</summary>
    public Task<ModelDescription> Ready => _ready.Task;

    /// <summary>Completes when the process is gone, with how it ended.</summary>
    public Task<string> Ended => _ended.Task;

    public bool IsEnded => _ended.Task.IsCompleted;

    /// <summary>What the worker said that it cannot work with; null where it said nothing of the kind.</summary>
    internal WorkerRefusal? Refusal { get; private set; }

    public int InFlight => _waiting.Count;

    /// <summary>Bytes that it and what it started hold in memory; 0 when it is gone.</summary>
    public long MemoryBytes
    {
        get
        {
            if (OperatingSystem.IsLinux())
            {
                return ProcessTree.MemoryBytes(Id);
            }

            try
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Asks the model. A request that is not answered in time costs the process, since a computation under way cannot be stopped.</summary>
    /// <exception cref="ScoringException">503 where the process ends before it answers; 504 where time is up.</exception>
    public Task<ScoringAnswer> AskAsync(RequestForm form, ReadOnlyMemory<byte> body, TimeSpan patience)
    {
        var (id, waiting) = (Interlocked.Increment(ref _lastId), new Waiting(Stopwatch.GetTimestamp(), patience));
        _waiting[id] = waiting;
        if (IsEnded || !TryWrite(new(id, (ushort)form, body)))
        {
            _waiting.TryRemove(id, out _);
            waiting.Answer.TrySetException(Gone("The scoring worker ended."));
        }

        return waiting.Answer.Task;
    }

    /// <summary>Whether it was ended because it was not needed any more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Ends it because it is not needed any more.</summary>
    public void Stop()
    {
        IsStopped = true;
        Kill();
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    /// <summary>Ends it at once; whoever waits for an answer gets none.</summary>
    public void Dispose()
    {
        Kill();
        _outgoing.CompleteAdding();
        _deadlines.Dispose();
    }

    private bool TryWrite(Frame frame)
    {
        try
        {
            _outgoing.Add(frame);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Write()
    {
        try
        {
            var stream = _process.StandardInput.BaseStream;
            foreach (var frame in _outgoing.GetConsumingEnumerable())
            {
                frame.Write(stream);
            }
        }
        catch (IOException)
        {
            // It is gone; the reading thread tells.
        }
    }

    private void Read()
    {
        try
        {
            var stream = _process.StandardOutput.BaseStream;
            while (Frame.Read(stream, ScoringWorker.MostFrameBytes) is { } frame)
            {
                Hear(frame);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            Kill();
        }

        Kill();
        _process.WaitForExit();
        var end = _process.ExitCode > Killed ? $"ended with exit code {_process.ExitCode} (signal {_process.ExitCode - Killed})" : $"ended with exit code {_process.ExitCode}";
        _outgoing.CompleteAdding();
        _ended.TrySetResult(end);
        _ready.TrySetException(Gone($"The scoring worker {end} while it loaded the model."));
        foreach (var (id, waiting) in _waiting)
        {
            _waiting.TryRemove(id, out _);
            waiting.Answer.TrySetException(Gone($"The scoring worker {end}."));
        }

        _ = _ready.Task.Exception;
        _process.Dispose();
    }

    private void Hear(Frame frame)
    {
        if (frame.Id == 0)
        {
            Refusal = frame.Code switch { 200 => null, ScoringWorker.RuntimeRefused => WorkerRefusal.Runtime, _ => WorkerRefusal.Model };
            _ = frame.Code == 200
                ? _ready.TrySetResult(JsonSerializer.Deserialize(frame.Body.Span, ScoringJson.Default.ModelDescription)!)
                : _ready.TrySetException(new ScoringException(503, "INVALID_STATE", $"The model cannot be loaded: {Encoding.UTF8.GetString(frame.Body.Span)}"));
        }
        else if (_waiting.TryRemove(frame.Id, out var waiting))
        {
            waiting.Answer.TrySetResult((frame.Code & Frame.HasRawTensors) == 0
                ? new(frame.Code, frame.Body)
                : new(frame.Code & ~Frame.HasRawTensors, frame.Body[sizeof(int)..], BinaryPrimitives.ReadInt32LittleEndian(frame.Body.Span)));
        }
    }

    private void KillWhenLate()
    {
        foreach (var (id, waiting) in _waiting)
        {
            if (Stopwatch.GetElapsedTime(waiting.Since) > waiting.Patience && _waiting.TryRemove(id, out _))
            {
                waiting.Answer.TrySetException(new ScoringException(504, "DEADLINE_EXCEEDED", $"Request processing time exceeded limit: the model did not answer within {waiting.Patience.TotalSeconds:0.#} seconds."));
                Kill();
            }
        }
    }

    private static ScoringException Gone(string message) => ScoringException.Unavailable(message, TimeSpan.FromSeconds(1));

    private sealed record Waiting(long Since, TimeSpan Patience)
    {
        public TaskCompletionSource<ScoringAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
