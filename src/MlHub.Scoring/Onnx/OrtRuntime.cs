using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlHub.Scoring.Onnx;

/// <summary>ONNX Runtime in this process: one library and one environment, which last until it ends.</summary>
public static unsafe class OrtRuntime
{
    private const string Library = "libonnxruntime.so.1", Known = "1.30.0";
    private const int Warning = 2, Error = 3;

    private static readonly Lock Gate = new();
    private static Action<string> _log = _ => { };
    private static nint _environment;

    /// <summary>For example <c>1.30.0</c>; empty before it was started.</summary>
    public static string Version => OrtApi.LibraryVersion;

    internal static nint Environment => _environment != 0 ? _environment : throw new InvalidOperationException("ONNX Runtime was not started.");

    /// <summary>The path of the library: the one that is named; else beside the program, or where <c>tools/get-onnxruntime.sh</c> puts it. Null where it is at none of them.</summary>
    public static string? FindLibrary(string? named = null)
    {
        var cache = System.Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set : Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".cache");
        string[] places = named is null ? [Path.Combine(AppContext.BaseDirectory, Library), Path.Combine(cache, "mlhub", "onnxruntime", Known, Library)] : [Path.GetFullPath(named)];
        return Array.Find(places, File.Exists);
    }

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
