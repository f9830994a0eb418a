using System.Text.RegularExpressions;

namespace MlHub.Artifacts;

/// <summary>
/// The packages that a model or run was made with, by normalised name (PEP 503), each with what its requirement says (PEP 508): a
/// version where it is pinned, else the bounds. <c>python</c> is the interpreter.
/// </summary>
public static partial class PythonEnvironment
{
    public const string Requirements = "requirements.txt";
    public const string Conda = "conda.yaml";
    public const string Python = "python_env.yaml";

    /// <summary>The files that say it.</summary>
    public static readonly IReadOnlyList<string> Files = [Requirements, Conda, Python];

    /// <param name="text">The text of one of <see cref="Files"/>; null where it is absent.</param>
    public static Dictionary<string, string> Read(Func<string, string?> text)
    {
        Dictionary<string, string> packages = new(StringComparer.Ordinal);
        var conda = text(Conda) is { } yaml ? LimitedYaml.ReadMapOrNull(yaml)?.GetValueOrDefault("dependencies") as List<object> : null;
        foreach (var dependency in conda?.OfType<string>() ?? [])
        {
            Add(packages, dependency);
        }

        if (text(Requirements) is { } requirements)
        {
            AddLines(packages, requirements.Split('\n'));
        }
        else
        {
            AddLines(packages, conda?.OfType<Dictionary<string, object>>().SelectMany(d => d.GetValueOrDefault("pip") as List<object> ?? []).OfType<string>() ?? []);
        }

        if (text(Python) is { } environment && LimitedYaml.ReadMapOrNull(environment)?.GetValueOrDefault("python") is string version)
        {
            packages["python"] = version;
        }

        return packages;
    }

    private static void AddLines(Dictionary<string, string> packages, IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(l => !l.TrimStart().StartsWith('-')))
        {
            Add(packages, line);
        }
    }

    private static void Add(Dictionary<string, string> packages, string requirement)
    {
        if (Requirement().Match(requirement) is { Success: true } match)
        {
            var name = Separators().Replace(match.Groups["name"].Value, "-").ToLowerInvariant();
            packages[name] = match.Groups["bounds"].Value.TrimStart('=').Trim();
        }
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(?<bounds>([=<>!~@][^;#]*)?)([;#].*)?\s*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Requirement();

    [GeneratedRegex("[-_.]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
