using System.Collections;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Workers;
using MlHub.Serving;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Serving:…</c>.</summary>
internal static class ServingSection
{
    private const string OnnxRuntime = "MlHub:Serving:OnnxRuntime", Workers = "MlHub:Serving:Workers", Replicas = "MlHub:Serving:ReplicasPerVersion",
        Memory = "MlHub:Serving:MemoryMegabytes", Timeout = "MlHub:Serving:RequestSeconds", Idle = "MlHub:Serving:IdleMinutes",
        Queue = "MlHub:Serving:QueuedRequests", Python = "MlHub:Serving:Python", Body = "MlHub:Serving:RequestMegabytes";

    private const int Megabyte = 1024 * 1024;

    /// <summary>Of the hub's environment a worker needs to find .NET, and no more.</summary>
    private static readonly string[] PassedOn = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "DOTNET_ROOT", "DOTNET_ROOT_X64", "LD_LIBRARY_PATH"];

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static ServingSettings Read(IConfiguration configuration, string dataDirectory) => new()
    {
        Library = FindLibrary(HubSettings.Text(configuration, OnnxRuntime)),
        LibraryAdvice = $"This hub has no ONNX Runtime, so it serves no ONNX models. Run tools/get-onnxruntime.sh, or name the library's path in {OnnxRuntime}, and start the hub again.",
        Python = FindPython(HubSettings.Text(configuration, Python)),
        Launch = Launch(),
        Folder = Path.GetFullPath(Path.Combine(dataDirectory, "serving")),
        Workers = HubSettings.Whole(configuration, Workers, 1, 1000),
        MemoryBytes = (long)HubSettings.Whole(configuration, Memory, 0, 1_000_000) * Megabyte,
        IdleAfter = TimeSpan.FromMinutes(HubSettings.Whole(configuration, Idle, 0, 1_000_000)),
        BodyBytes = HubSettings.Whole(configuration, Body, 1, 512) * Megabyte,
        Scorer = new()
        {
            Replicas = HubSettings.Whole(configuration, Replicas, 1, 64),
            RequestTimeout = TimeSpan.FromSeconds(HubSettings.Whole(configuration, Timeout, 1, 3600)),
            Queue = HubSettings.Whole(configuration, Queue, 1, 100_000),
        },
    };

    /// <summary>Where it was named; else where ONNX Runtime usually is.</summary>
    private static string? FindLibrary(string? named) => named is null || File.Exists(named)
        ? OrtRuntime.FindLibrary(named)
        : throw new SettingException(OnnxRuntime, $"is '{named}', where there is no file");

    private static string? FindPython(string? named) =>
        named is null ? (File.Exists(ServingSettings.DebianPython) ? ServingSettings.DebianPython : null)
        : File.Exists(named) ? Path.GetFullPath(named)
        : throw new SettingException(Python, $"is '{named}', where there is no file");

    /// <summary>The hub's own program in another mode.</summary>
    private static WorkerLaunch Launch()
    {
        var assembly = typeof(ServingSection).Assembly.Location;
        var host = Path.Combine(Path.GetDirectoryName(assembly)!, Path.GetFileNameWithoutExtension(assembly) + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var isDotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        Dictionary<string, string> environment = new()
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_GCHeapHardLimit"] = "0x20000000",
            ["DOTNET_gcConcurrent"] = "0",
            ["DOTNET_TieredPGO"] = "0",
        };
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (PassedOn.Contains((string)variable.Key))
            {
                environment[(string)variable.Key] = (string)variable.Value!;
            }
        }

        return !isDotnet && File.Exists(host) ? new(host, ["worker"], environment) : new(isDotnet ? Environment.ProcessPath! : "dotnet", [assembly, "worker"], environment);
    }
}
