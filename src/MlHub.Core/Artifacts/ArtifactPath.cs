using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Artifacts;

/// <summary>
/// A path inside a run's artifacts: segments joined by '/', none of them empty, '.' or '..'. There is one parser for all
/// routes and stores, so what one refuses no other can take.
/// </summary>
public readonly partial record struct ArtifactPath
{
    private const int DecodeRounds = 5;

    private ArtifactPath(string value) => Value = value;

    /// <summary>The run's root.</summary>
    public static ArtifactPath Root { get; } = new("");

    public string Value { get; }

    public bool IsRoot => Value.Length == 0;

    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>What every path below this one begins with.</summary>
    public string Prefix => IsRoot ? "" : Value + "/";

    /// <summary>The folders that hold this path, nearest last, without the root.</summary>
    public IEnumerable<string> Folders
    {
        get
        {
            var value = Value;
            return Enumerable.Range(0, value.Length).Where(i => value[i] == '/').Select(i => value[..i]);
        }
    }

    /// <exception cref="HubException">Invalid, without a word on what the path would have led to.</exception>
    public static ArtifactPath Parse(string? sent)
    {
        if (string.IsNullOrEmpty(sent) || sent == ".")
        {
            return Root;
        }

        // Clients that download the folder "." ask for "./folder" next.
        var decoded = Decode(sent);
        var path = decoded?.StartsWith("./", StringComparison.Ordinal) == true ? decoded[2..] : decoded;
        if (path is null || path.Length > Limits.ArtifactPath || !path.Split('/').All(IsGoodSegment) || OddEscape().IsMatch(path))
        {
            throw path is null || LeadsOut(path) ? HubException.OutOfBounds("Invalid path") : HubException.Invalid("Invalid path");
        }

        return new(path);
    }

    /// <exception cref="HubException">Invalid also for the root.</exception>
    public static ArtifactPath ParseFile(string? sent)
    {
        var path = Parse(sent);
        return path.IsRoot ? throw HubException.Invalid("Invalid path: the name of a file is missing.") : path;
    }

    public override string ToString() => Value;

    /// <summary>
    /// Decodes until nothing changes, so that no later decoder can see another path than the one checked here. What is left of percent
    /// signs belongs to the name, as in <c>dog%step%5%timestamp%1732…</c>, which MLflow's log_image makes.
    /// </summary>
    private static string? Decode(string sent)
    {
        for (var round = 0; round < DecodeRounds && sent.Length <= 4 * Limits.ArtifactPath; round++)
        {
            var decoded = EscapedByDigits().Replace(Uri.UnescapeDataString(sent), m => $"%{(int)m.Value[0]:x2}");
            if (decoded == sent)
            {
                return sent.IsNormalized(NormalizationForm.FormC) ? sent : sent.Normalize(NormalizationForm.FormC);
            }

            sent = decoded;
        }

        return null;
    }

    /// <summary>Whether the path was made to leave the folder, not only mistyped.</summary>
    private static bool LeadsOut(string path) =>
        path is ['/' or '\\', ..] || path.Contains('\0') || path.Split('/', '\\').Any(s => s.Length > 1 && s.All(IsDot));

    private static bool IsGoodSegment(string segment) =>
        !segment.All(IsDot) && segment.Trim().Length == segment.Length
        && Encoding.UTF8.GetByteCount(segment) <= Limits.ArtifactSegmentBytes
        && segment.All(c => !char.IsControl(c) && c is not ('\\' or ':' or '?' or '#' or ';' or '\uFFFD' or '\uFF0F' or '\uFF3C'));

    /// <summary>A full stop, or what some programs turn into one or several.</summary>
    private static bool IsDot(char c) => c is '.' or '\u2024' or '\u2025' or '\u2026' or '\uFE52' or '\uFF0E';

    /// <summary>The characters that a decoder takes a percent sign before a number from 10 to 19 for; MLflow's server writes them back too.</summary>
    [GeneratedRegex(@"[\x10-\x19]")]
    private static partial Regex EscapedByDigits();

    /// <summary>What careless decoders take for dots and slashes: bytes that are no letters, and escapes as of old scripts.</summary>
    [GeneratedRegex("%([a-f][0-9a-f]|u(002[ef]|005c|202[4-6]|2215|fe52|ff0[ef]|ff3c))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OddEscape();
}
