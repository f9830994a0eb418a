using System.Globalization;
using MlHub.Artifacts;
using MlHub.LoggedModels;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>
/// Where a version says it comes from, parsed once when it is registered: files of a run or logged model, another version, or an address
/// that is only text to MlHub. There is no kind that could be a path of this machine, and nothing here is ever opened by its address.
/// </summary>
internal abstract record VersionSource
{
    private const string RunsScheme = "runs:/", ModelsScheme = "models:/";

    // "artifacts" is nobody's, but MLflow's client tests register such an address.
    private static readonly string[] RemoteSchemes =
        ["artifacts", "s3", "s3a", "gs", "wasb", "wasbs", "abfs", "abfss", "adl", "hdfs", "viewfs", "r2", "b2", "http", "https", "mlflow-artifacts", "dbfs"];

    /// <summary>Whether the text could be the id of a run of this hub; other servers' and made-up ids are only text.</summary>
    public static bool IsRunId(string? id) => id is { Length: 32 } && id.All(char.IsAsciiHexDigitLower);

    /// <exception cref="HubException">Invalid for everything that could be read as a path of this machine.</exception>
    public static VersionSource Parse(string source)
    {
        LogRules.CheckLength(source, Limits.VersionSource, "source");
        if (source.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) && c != ' '))
        {
            throw Relative(source);
        }

        return source switch
        {
            _ when source.StartsWith(RunsScheme, StringComparison.Ordinal) => OfRun(source[RunsScheme.Length..].TrimEnd('/').Split('/', 2), source),
            _ when source.StartsWith(ModelsScheme, StringComparison.Ordinal) => OfModel(source[ModelsScheme.Length..].TrimEnd('/'), source),
            _ when OwnModelOrNull(source.TrimEnd('/')) is { } model => model,
            _ when OwnRunOrNull(source.TrimEnd('/')) is { } run => run,
            _ => Opaque(source),
        };
    }

    private static VersionSource OfRun(string[] parts, string source)
    {
        var path = ArtifactPath.Parse(parts.Length > 1 ? parts[1] : "");
        return IsRunId(parts[0]) ? new RunFolder(parts[0], path)
            : parts[0].Length > 0 && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? new OpaqueAddress()
            : throw Relative(source);
    }

    /// <summary><c>mlflow-artifacts:/EXPERIMENT/RUN/artifacts/PATH</c>, as a run's artifact_uri begins; the run may have moved since.</summary>
    private static RunFolder? OwnRunOrNull(string folder)
    {
        var parts = folder.StartsWith(ArtifactLocation.Scheme + "/", StringComparison.Ordinal) ? folder[(ArtifactLocation.Scheme.Length + 1)..].Split('/', 4) : [];
        return parts.Length >= 3 && parts[2] == "artifacts" && IsRunId(parts[1]) && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new(parts[1], ArtifactPath.Parse(parts.Length > 3 ? parts[3] : ""))
            : null;
    }

    /// <summary><c>mlflow-artifacts:/EXPERIMENT/models/MODEL_ID/artifacts/PATH</c>, as a logged model's artifact_uri begins.</summary>
    private static LoggedModelFolder? OwnModelOrNull(string folder) =>
        folder.StartsWith(ArtifactLocation.Scheme + "/", StringComparison.Ordinal)
        && folder[(ArtifactLocation.Scheme.Length + 1)..].Split('/', 5) is [var experiment, ArtifactLocation.ModelsFolder, var id, "artifacts", .. var path]
        && LoggedModelRules.IsId(id) && long.TryParse(experiment, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(id, number, ArtifactPath.Parse(path is [var below] ? below : ""))
            : null;

    /// <summary>A logged model, <c>m-…</c> and perhaps a path, or another version.</summary>
    private static VersionSource OfModel(string reference, string source)
    {
        // A registered model may have a name like the id of a logged one; a number after it means a version.
        var parts = reference.Split('/', 2);
        return LoggedModelRules.IsId(parts[0]) && !(parts.Length == 2 && parts[1].All(char.IsAsciiDigit))
            ? new LoggedModelFolder(parts[0], null, ArtifactPath.Parse(parts.Length > 1 ? parts[1] : ""))
            : OfVersion(reference, source);
    }

    private static VersionFolder OfVersion(string reference, string source)
    {
        if (reference.Split('@') is [var named, var alias] && named.Length > 0 && alias.Length > 0 && !named.Contains('/'))
        {
            return new(named, null, alias);
        }

        return reference.Split('/') is [var model, var version] && model.Length > 0 && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new(model, number, null)
            : throw HubException.Invalid($"Invalid model version source: '{LogRules.Shown(source)}'. Another version is written models:/NAME/VERSION or models:/NAME@ALIAS.");
    }

    private static OpaqueAddress Opaque(string source)
    {
        var colon = source.IndexOf(':', StringComparison.Ordinal);
        var plain = source.All(c => c is >= ' ' and < (char)127 && "?#;%\\\"<>^`{|}~*$'".IndexOf(c) < 0);
        if (colon < 0)
        {
            // A bare word, as clients of the prompt registry send it.
            return plain && source.Length > 0 && source[0] != '/' && !HasDots(source) && !source.Contains("//", StringComparison.Ordinal) ? new() : throw Local(source);
        }

        var (scheme, rest) = (source[..colon], source[(colon + 1)..]);
        if (!RemoteSchemes.Contains(scheme, StringComparer.Ordinal))
        {
            throw scheme.Equals("file", StringComparison.OrdinalIgnoreCase) ? Local(source) : Relative(source);
        }

        return plain && !source.Contains(' ', StringComparison.Ordinal) && !HasDots(rest) && HasGoodHost(scheme, rest) ? new() : throw Relative(source);
    }

    /// <summary>Stores without a host begin with one slash, all others name a host, and a web address holds no credentials.</summary>
    private static bool HasGoodHost(string scheme, string rest)
    {
        var mayLackHost = scheme is "mlflow-artifacts" or "artifacts" or "dbfs";
        if (!rest.StartsWith("//", StringComparison.Ordinal))
        {
            return mayLackHost && rest.Length > 1 && rest[0] == '/';
        }

        var authority = rest[2..].Split('/')[0];
        return Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out var uri) && uri.Host.Length > 0 && (uri.UserInfo.Length == 0 || scheme is "wasb" or "wasbs" or "abfs" or "abfss");
    }

    private static bool HasDots(string path) => path.Split('/').Any(s => s is "." or "..");

    private static HubException Local(string source) => HubException.OutOfBounds(
        $"Invalid model version source: '{LogRules.Shown(source)}'. To use a local path as a model version source is not possible here: log the model to a run and register runs:/RUN_ID/PATH.");

    private static HubException Relative(string source) => HubException.OutOfBounds(
        $"Invalid model version source: '{LogRules.Shown(source)}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.");
}

/// <summary>A folder, or one file, of a run of this hub.</summary>
internal sealed record RunFolder(string RunId, ArtifactPath Path) : VersionSource;

/// <summary>A folder, or one file, of a logged model of this hub.</summary>
internal sealed record LoggedModelFolder(string ModelId, long? ExperimentId, ArtifactPath Path) : VersionSource;

/// <summary>Another version, by its number or by an alias.</summary>
internal sealed record VersionFolder(string Model, int? Number, string? Alias) : VersionSource;

/// <summary>Text that MlHub keeps for clients and never opens.</summary>
internal sealed record OpaqueAddress : VersionSource;
