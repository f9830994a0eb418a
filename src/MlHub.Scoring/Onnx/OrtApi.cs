using System.Runtime.InteropServices;

namespace MlHub.Scoring.Onnx;

/// <summary>
/// The calls into ONNX Runtime. Every function but those that release takes words and pointers and answers a status, of which null
/// is success, so one shape of call for each number of arguments does for all. An <c>int</c> travels in the low half of its word, as the
/// calling conventions of 64-bit machines have it.
/// </summary>
internal static unsafe class OrtApi
{
    /// <summary>Everything used here is there since ONNX Runtime 1.16.</summary>
    private const uint Version = 16;

    private static readonly Lock Gate = new();
    private static nint* _table;

    /// <summary>The allocator of names and texts; it belongs to the library.</summary>
    public static nint Allocator { get; private set; }

    /// <summary>Says that a tensor's elements lie in our own memory.</summary>
    public static nint CpuMemory { get; private set; }

    public static string LibraryVersion { get; private set; } = "";

    /// <exception cref="DllNotFoundException">Where there is no such library.</exception>
    /// <exception cref="OrtException">NotImplemented where it is too old.</exception>
    public static void Load(string path)
    {
        lock (Gate)
        {
            if (_table != null)
            {
                return;
            }

            var entry = ((delegate* unmanaged[Cdecl]<nint*>)NativeLibrary.GetExport(NativeLibrary.Load(path), "OrtGetApiBase"))();
            LibraryVersion = Text(((delegate* unmanaged[Cdecl]<nint>)entry[1])());
            var table = ((delegate* unmanaged[Cdecl]<uint, nint*>)entry[0])(Version);
            _table = table != null ? table : throw new OrtException(OrtError.NotImplemented, $"ONNX Runtime {LibraryVersion} is too old: MlHub needs 1.16 or newer.");
            nint found;
            Check(((delegate* unmanaged[Cdecl]<nint*, nint>)_table[(int)OrtFunction.GetAllocatorWithDefaultOptions])(&found));
            Allocator = found;
            // An allocator of the device, memory of the default kind.
            Call(OrtFunction.CreateCpuMemoryInfo, 0, 0, (nint)(&found));
            CpuMemory = found;
        }
    }

    public static void Call(OrtFunction f, nint a) => Check(((delegate* unmanaged[Cdecl]<nint, nint>)_table[(int)f])(a));

    public static void Call(OrtFunction f, nint a, nint b) => Check(((delegate* unmanaged[Cdecl]<nint, nint, nint>)_table[(int)f])(a, b));

    public static void Call(OrtFunction f, nint a, nint b, nint c) => Check(((delegate* unmanaged[Cdecl]<nint, nint, nint, nint>)_table[(int)f])(a, b, c));

    public static void Call(OrtFunction f, nint a, nint b, nint c, nint d) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint>)_table[(int)f])(a, b, c, d));

    public static void Call(OrtFunction f, nint a, nint b, nint c, nint d, nint e) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint>)_table[(int)f])(a, b, c, d, e));

    public static void Call(OrtFunction f, nint a, nint b, nint c, nint d, nint e, nint g, nint h) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, nint>)_table[(int)f])(a, b, c, d, e, g, h));

    public static void Call(OrtFunction f, nint a, nint b, nint c, nint d, nint e, nint g, nint h, nint i) =>
        Check(((delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, nint, nint>)_table[(int)f])(a, b, c, d, e, g, h, i));

    /// <summary>What a function gives through its last argument.</summary>
    public static nint Get(OrtFunction f)
    {
        nint given;
        Call(f, (nint)(&given));
        return given;
    }

    public static nint Get(OrtFunction f, nint a)
    {
        nint given;
        Call(f, a, (nint)(&given));
        return given;
    }

    public static nint Get(OrtFunction f, nint a, nint b)
    {
        nint given;
        Call(f, a, b, (nint)(&given));
        return given;
    }

    public static nint Get(OrtFunction f, nint a, nint b, nint c)
    {
        nint given;
        Call(f, a, b, c, (nint)(&given));
        return given;
    }

    public static int GetInt(OrtFunction f, nint a)
    {
        int given;
        Call(f, a, (nint)(&given));
        return given;
    }

    /// <summary>Null is released as well as anything.</summary>
    public static void Release(OrtFunction f, nint given)
    {
        if (given != 0)
        {
            ((delegate* unmanaged[Cdecl]<nint, void>)_table[(int)f])(given);
        }
    }

    /// <summary>Reads a text that the library allocated for its caller, and frees it.</summary>
    public static string TakeText(nint given)
    {
        var text = Text(given);
        Call(OrtFunction.AllocatorFree, Allocator, given);
        return text;
    }

    public static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";

    private static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        var error = (OrtError)((delegate* unmanaged[Cdecl]<nint, int>)_table[(int)OrtFunction.GetErrorCode])(status);
        var message = Text(((delegate* unmanaged[Cdecl]<nint, nint>)_table[(int)OrtFunction.GetErrorMessage])(status));
        Release(OrtFunction.ReleaseStatus, status);
        throw new OrtException(error, message);
    }
}
