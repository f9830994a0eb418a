using System.Runtime.InteropServices;
using System.Text;

namespace MlHub.Scoring.Onnx;

/// <summary>A loaded model. It may be run from many threads at once; the caller's thread does the work.</summary>
public sealed unsafe class OrtSession : IDisposable
{
    private const int AllOptimizations = 99;

    private readonly SessionHandle _session;
    // Names as the library reads them. They are left in memory, since a run may need them while the session is disposed of.
    private readonly Dictionary<string, nint> _inputNames;
    private readonly Dictionary<string, nint> _outputNames;

    /// <param name="file">The path of an ONNX file; external data lies beside it.</param>
    /// <exception cref="OrtException">For what is no valid model, in the library's words.</exception>
    public OrtSession(string file)
    {
        _session = new(Create(file));
        try
        {
            var session = _session.DangerousGetHandle();
            Inputs = PortReader.Read(session, OrtFunction.SessionGetInputCount, OrtFunction.SessionGetInputName, OrtFunction.SessionGetInputTypeInfo);
            Outputs = PortReader.Read(session, OrtFunction.SessionGetOutputCount, OrtFunction.SessionGetOutputName, OrtFunction.SessionGetOutputTypeInfo);
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        _inputNames = Inputs.ToDictionary(p => p.Name, p => Marshal.StringToCoTaskMemUTF8(p.Name), StringComparer.Ordinal);
        _outputNames = Outputs.ToDictionary(p => p.Name, p => Marshal.StringToCoTaskMemUTF8(p.Name), StringComparer.Ordinal);
    }

    public IReadOnlyList<ModelPort> Inputs { get; }

    public IReadOnlyList<ModelPort> Outputs { get; }

    /// <summary>The outputs in the order in which they were asked for.</summary>
    /// <exception cref="OrtException">Where the model has no such input or output, or cannot answer.</exception>
    /// <exception cref="ObjectDisposedException">After <see cref="Dispose"/>; whoever runs meanwhile comes to an end.</exception>
    public ModelValue[] Run(IReadOnlyList<KeyValuePair<string, ModelValue>> inputs, IReadOnlyList<string> outputs)
    {
        var (given, taken) = (inputs.Count, outputs.Count);
        var (inputNames, inputValues) = (new nint[given], new nint[given]);
        var (outputNames, outputValues) = (outputs.Select(name => NameOf(_outputNames, name, "output")).ToArray(), new nint[taken]);
        using var writer = new ValueWriter();
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            for (var i = 0; i < given; i++)
            {
                inputNames[i] = NameOf(_inputNames, inputs[i].Key, "input");
                inputValues[i] = writer.Write(inputs[i].Value);
            }

            fixed (nint* names = inputNames, values = inputValues, wanted = outputNames, answers = outputValues)
            {
                OrtApi.Call(OrtFunction.Run, _session.DangerousGetHandle(), 0, (nint)names, (nint)values, given, (nint)wanted, taken, (nint)answers);
            }

            return Array.ConvertAll(outputValues, ValueReader.Read);
        }
        finally
        {
            Array.ForEach(inputValues, v => OrtApi.Release(OrtFunction.ReleaseValue, v));
            Array.ForEach(outputValues, v => OrtApi.Release(OrtFunction.ReleaseValue, v));
            if (held)
            {
                _session.DangerousRelease();
            }
        }
    }

    public void Dispose() => _session.Dispose();

    /// <summary>No threads of its own and no spinning: workers share the machine with the hub, and requests are parallel anyway.</summary>
    private static nint Create(string file)
    {
        var options = OrtApi.Get(OrtFunction.CreateSessionOptions);
        try
        {
            OrtApi.Call(OrtFunction.SetIntraOpNumThreads, options, 1);
            OrtApi.Call(OrtFunction.SetInterOpNumThreads, options, 1);
            OrtApi.Call(OrtFunction.SetSessionGraphOptimizationLevel, options, AllOptimizations);
            Configure(options, "session.intra_op.allow_spinning\0"u8, "0\0"u8);
            Configure(options, "session.inter_op.allow_spinning\0"u8, "0\0"u8);
            fixed (byte* path = Encoding.UTF8.GetBytes(file + '\0'))
            {
                return OrtApi.Get(OrtFunction.CreateSession, OrtRuntime.Environment, (nint)path, options);
            }
        }
        finally
        {
            OrtApi.Release(OrtFunction.ReleaseSessionOptions, options);
        }
    }

    private static void Configure(nint options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            OrtApi.Call(OrtFunction.AddSessionConfigEntry, options, (nint)k, (nint)v);
        }
    }

    private static nint NameOf(Dictionary<string, nint> names, string name, string kind) =>
        names.TryGetValue(name, out var found) ? found : throw new OrtException(OrtError.InvalidArgument, $"The model has no {kind} '{name}'.");

    /// <summary>Released when nobody runs any more.</summary>
    private sealed class SessionHandle : SafeHandle
    {
        public SessionHandle(nint session)
            : base(0, ownsHandle: true) => SetHandle(session);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            OrtApi.Release(OrtFunction.ReleaseSession, handle);
            return true;
        }
    }
}
