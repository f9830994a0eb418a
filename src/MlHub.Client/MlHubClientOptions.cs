namespace MlHub.Client;

/// <summary>How models are fetched and kept. The defaults do for most.</summary>
public sealed record MlHubClientOptions
{
    /// <summary>Where downloaded models are kept; several processes may share it. It should belong to the program's user alone.</summary>
    public string CacheFolder { get; init; } = DefaultCacheFolder();

    /// <summary>Models that nobody loaded for so long are removed from the cache when another is loaded.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Whether a model that was loaded before is taken from the cache while the hub cannot be reached. It is then the version that the name led to when the hub was
    /// last asked, and whether the token may still read it is not known.
    /// </summary>
    public bool UseCacheWhenUnreachable { get; init; }

    /// <summary>The path of ONNX Runtime's library; null looks beside the program and where <c>tools/get-onnxruntime.sh</c> puts it. The first model of a process decides.</summary>
    public string? OnnxRuntime { get; init; } = Environment.GetEnvironmentVariable("MLHUB_ONNXRUNTIME") is { Length: > 0 } named ? named : null;

    /// <summary>How long the hub may be silent before it counts as out of reach. A download may take as long as it takes while bytes arrive.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a download that brings nothing more is tried again.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>What carries the calls, for proxies and certificates of one's own; it is not disposed of. Null is .NET's own.</summary>
    public HttpMessageHandler? Handler { get; init; }

    private static string DefaultCacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set ? set
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "mlhub", "models");
}
