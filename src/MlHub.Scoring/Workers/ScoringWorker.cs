using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Workers;

/// <summary>
/// The inside of a worker process: one model, asked through its standard input, answering through its standard output. It ends when its
/// input does. Each thread reads a request, answers it and reads the next, so none is handed from thread to thread.
/// </summary>
public static class ScoringWorker
{
    /// <summary>The argument before a library's path that asks whether a worker could start.</summary>
    public const string Probe = "--probe";

    /// <summary>Beyond every limit that a hub can set.</summary>
    internal const int MostFrameBytes = 1 << 30;

    /// <summary>The first answer's code where it is the runtime that cannot be loaded.</summary>
    internal const ushort RuntimeRefused = 503;

    private const ushort ModelRefused = 500;

    /// <summary>0 where a worker can start: all that it needs can be read.</summary>
    /// <param name="library">ONNX Runtime's; empty for none.</param>
    public static int Try(string library)
    {
        try
        {
            if (library.Length > 0)
            {
                OrtRuntime.Start(library);
            }

            return 0;
        }
        catch (Exception e) when (e is OrtException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return 1;
        }
    }

    public static int Run()
    {
        // Whatever else writes to standard output must not get between the frames.
        using FileStream output = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 1);
        using FileStream input = new(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 1);
        Console.SetOut(Console.Error);
        using var watch = ProcessLimits.EndWithParent();
        if (Frame.Read(input, MostFrameBytes) is not { } first || JsonSerializer.Deserialize(first.Body.Span, ScoringJson.Default.ModelPlan) is not { } plan)
        {
            return 1;
        }

        using var model = LoadOrNull(plan, output);
        if (model is null)
        {
            return 1;
        }

        var threads = Enumerable.Range(1, Math.Max(1, plan.Threads) - 1).Select(_ => new Thread(() => Serve(model, input, output)) { IsBackground = true }).ToList();
        threads.ForEach(t => t.Start());
        Serve(model, input, output);
        return 0;
    }

    private static ScoredModel? LoadOrNull(ModelPlan plan, Stream output)
    {
        var refused = RuntimeRefused;
        try
        {
            if (plan.Python is null)
            {
                OrtRuntime.Start(plan.Library, line => Console.Error.WriteLine(line));
            }

            ProcessLimits.Apply(plan.MemoryBytes);
            refused = ModelRefused;
            ScoredModel model = new(plan);
            new Frame(0, 200, JsonSerializer.SerializeToUtf8Bytes(model.Description, ScoringJson.Default.ModelDescription)).Write(output);
            return model;
        }
        catch (Exception e) when (e is OrtException or ScoringException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or OutOfMemoryException or System.ComponentModel.Win32Exception)
        {
            new Frame(0, refused, System.Text.Encoding.UTF8.GetBytes(e.Message)).Write(output);
            return null;
        }
    }

    private static void Serve(ScoredModel model, Stream input, Stream output)
    {
        while (Next(input) is { } request)
        {
            model.Answer((RequestForm)request.Code, request.Body, answer => Write(request.Id, answer, output));
        }
    }

    private static void Write(ulong id, ScoringAnswer answer, Stream output)
    {
        var frame = answer.JsonLength is { } length
            ? new Frame(id, (ushort)(answer.Status | Frame.HasRawTensors), WithLength(length, answer.Body))
            : new Frame(id, (ushort)answer.Status, answer.Body);
        lock (output)
        {
            frame.Write(output);
        }
    }

    private static Frame? Next(Stream input)
    {
        lock (input)
        {
            return Frame.Read(input, MostFrameBytes);
        }
    }

    private static byte[] WithLength(int jsonLength, ReadOnlyMemory<byte> body)
    {
        var whole = new byte[sizeof(int) + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(whole, jsonLength);
        body.Span.CopyTo(whole.AsSpan(sizeof(int)));
        return whole;
    }
}
