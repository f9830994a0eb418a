using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlHub.Scoring.Onnx;

/// <summary>ONNX Runtime in this process: one library and one environment, which last until it ends.</summary>
public static unsafe class OrtRuntime
{
    private const int Warning = 2, Error = 3;

    private static readonly Lock Gate = new();
    private static Action<string> _log = _ => { };
    private static nint _environment;

    /// <summary>For example <c>1.30.0</c>; empty before it was started.</summary>
    public static string Version => OrtApi.LibraryVersion;

    internal static nint Environment => _environment != 0 ? _environment : throw new InvalidOperationException("ONNX Runtime was not started.");

    /// <summary>The first call decides.</summary>
    /// <param name="library">The path of <c>libonnxruntime.so.1</c>.</param>
    /// <param name="log">Hears the library's warnings, from any thread.</param>
    /// <exception cref="DllNotFoundException">Where there is no such library, or one for another kind of machine.</exception>
    /// <exception cref="OrtException">NotImplemented where it is too old.</exception>
    public static void Start(string library, Action<string>? log = null)
    {
        lock (Gate)
        {
            if (_environment != 0)
            {
                return;
            }

            _log = log ?? _log;
            OrtApi.Load(library);
            nint made;
            fixed (byte* id = "mlhub\0"u8)
            {
                delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint, nint, void> hear = &Hear;
                OrtApi.Call(OrtFunction.CreateEnvWithCustomLogger, (nint)hear, 0, Warning, (nint)id, (nint)(&made));
            }

            _environment = made;
            OrtApi.Call(OrtFunction.DisableTelemetryEvents, made);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Hear(nint ours, int level, nint category, nint id, nint place, nint message)
    {
        try
        {
            _log($"{(level >= Error ? "ERROR" : "WARNING")} {OrtApi.Text(message)}");
        }
        catch (Exception)
        {
            // No exception may cross the library's frames.
        }
    }
}
