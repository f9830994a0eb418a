using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MlHub.Scoring.Workers;

namespace MlHub.Scoring.Python;

/// <summary>The outside of worker.py: a process that computes one model, one request after the other, and takes the worker with it when it ends.</summary>
internal sealed class PythonProcess : IDisposable
{
    private readonly Process _process;
    private readonly Stream _requests;
    private readonly Stream _answers;
    private readonly Lock _turn = new();
    private ulong _lastId;

    /// <exception cref="ScoringException">Where the model cannot be loaded.</exception>
    public PythonProcess(ModelPlan plan, PythonPlan python)
    {
        ProcessStartInfo start = new(python.Command[0], python.Command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = plan.File };
        PythonSandbox.Clean(start.Environment);
        _process = Process.Start(start)!;
        (_requests, _answers) = (_process.StandardInput.BaseStream, _process.StandardOutput.BaseStream);
        Runtime = Load(plan, python);
        new Thread(EndTogether) { IsBackground = true, Name = "end of Python" }.Start();
    }

    /// <summary>What it runs in, with versions.</summary>
    public string Runtime { get; }

    /// <summary>The body of the answer.</summary>
    /// <exception cref="ScoringException">BadRequest where the model throws.</exception>
    public ReadOnlyMemory<byte> Ask(ReadOnlyMemory<byte> body)
    {
        var answer = Exchange(body) ?? Silence();
        return answer.Code == 200 ? answer.Body : throw ScoringException.BadRequest(
            $"Encountered an unexpected error while evaluating the model. Verify that the input is compatible with the model for inference. Error: '{Encoding.UTF8.GetString(answer.Body.Span)}'");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private string Load(ModelPlan plan, PythonPlan python)
    {
        // With a signature numbers are of the types that it gives.
        var body = ScoringAnswer.Of(0, json =>
        {
            json.WriteStartObject();
            json.WriteString("flavor", python.Flavor);
            json.WriteString("file", python.File);
            json.WriteString("format", python.Format);
            json.WriteString("call", python.Call);
            json.WriteString("code", python.Code);
            json.WriteBoolean("typed", plan.Inputs is not null);
            json.WriteNumber("memory", plan.MemoryBytes);
            json.WriteStartArray("modules");
            foreach (var module in python.Modules)
            {
                json.WriteStringValue(module);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }).Body;
        var hello = Exchange(body);
        if (hello is { Code: 200 } ready)
        {
            using var told = JsonDocument.Parse(ready.Body);
            return told.RootElement.GetProperty("runtime").GetString()!;
        }

        var reason = hello is { } refusal ? Encoding.UTF8.GetString(refusal.Body.Span) : $"Python {Ended()}";
        throw new ScoringException(503, "INVALID_STATE", python.SavedWith.Length > 0 ? $"{reason} (The model was saved with {python.SavedWith}.)" : reason);
    }

    /// <summary>Null where it is gone.</summary>
    private Frame? Exchange(ReadOnlyMemory<byte> body)
    {
        lock (_turn)
        {
            try
            {
                new Frame(_lastId++, 0, body).Write(_requests);
                return Frame.Read(_answers, ScoringWorker.MostFrameBytes);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private string Ended()
    {
        _process.WaitForExit();
        return $"ended with exit code {_process.ExitCode}{(_process.ExitCode > 128 ? $" (signal {_process.ExitCode - 128})" : "")}";
    }

    private void EndTogether()
    {
        _process.WaitForExit();
        ProcessLimits.EndNow(_process.ExitCode);
    }

    /// <summary>The end of this process is on its way.</summary>
    private static Frame Silence()
    {
        Thread.Sleep(Timeout.Infinite);
        throw new UnreachableException();
    }
}
