using MlHub.Scoring.Python;
using MlHub.Scoring.Workers;

namespace MlHub.Serving.Python;

/// <summary>This hub's Python: what is installed there, found out when it is first asked for, and how models are computed by it.</summary>
internal sealed class PythonRuntime(ServingSettings settings, Sandbox sandbox, TimeProvider clock)
{
    /// <summary>What is missing may be installed while the hub runs.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(20);

    /// <summary>Debian's packages.</summary>
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["sklearn"] = "python3-sklearn",
        ["pandas"] = "python3-pandas",
        ["cloudpickle"] = "python3-cloudpickle",
        ["joblib"] = "python3-joblib",
        ["torch"] = "python3-torch",
        ["xgboost"] = "python3-xgboost",
    };

    private readonly Lock _gate = new();
    private (Task<PythonFindings> Findings, long At)? _known;

    /// <summary>What is there; null where this hub has no Python.</summary>
    public async Task<PythonFindings?> FindAsync() => settings.Python is null ? null : await FindingsAsync(_ => false);

    /// <summary>Why a flavour cannot be computed here; null where it can.</summary>
    public async ValueTask<string?> ObjectionToAsync(PythonFlavor flavor)
    {
        if (settings.Python is not { } python)
        {
            return $"Its flavour {flavor.Title} needs Python, which this hub has none of: install it, or name its path in MlHub:Serving:Python, and start the hub again.";
        }

        var findings = await FindingsAsync(f => Missing(flavor, f).Count > 0);
        if (findings.Objection is { } objection)
        {
            return objection;
        }

        return Lack(flavor, python, Missing(flavor, findings));
    }

    /// <summary>Null where nothing is missing.</summary>
    internal static string? Lack(PythonFlavor flavor, string python, List<string> missing) =>
        missing.Count == 0 ? null
            : $"Its flavour {flavor.Title} needs {string.Join(", ", missing.Select(TitleOf))}, which {(missing.Count == 1 ? "is" : "are")} not installed for {python} on the hub's machine: {Advice(python, missing)}";

    /// <summary>How a model is computed. Whoever asks has asked for an objection.</summary>
    public async Task<PythonPlan> PlanAsync(PythonFlavor flavor, string? outputs) => new(
        (await FindingsAsync(_ => false)).Command, flavor.Name, flavor.File, flavor.Format, flavor.Call, flavor.Code, flavor.Modules, flavor.SavedWith, outputs);

    private Task<PythonFindings> FindingsAsync(Func<PythonFindings, bool> lacks)
    {
        lock (_gate)
        {
            if (_known is not { } known || known.Findings is { IsCompletedSuccessfully: true, Result: var found } && (found.Objection is not null || lacks(found)) && clock.GetElapsedTime(known.At) > LookAgain)
            {
                _known = known = (PythonSandbox.FindAsync(settings.Python!, Path.GetDirectoryName(settings.Folder)!, sandbox), clock.GetTimestamp());
            }

            return known.Findings;
        }
    }

    private static List<string> Missing(PythonFlavor flavor, PythonFindings findings) => [.. flavor.Modules.Where(m => findings.Modules?.Modules.ContainsKey(m) != true)];

    private static string TitleOf(string module) => module switch { "sklearn" => "scikit-learn", "torch" => "PyTorch", "mlflow" => "MLflow's own package", _ => module };

    private static string Advice(string python, List<string> missing) => python == ServingSettings.DebianPython && missing.TrueForAll(Packages.ContainsKey)
        ? $"apt-get install {string.Join(' ', missing.Select(m => Packages[m]))}"
        : $"{python} -m pip install {string.Join(' ', missing.Select(m => m == "sklearn" ? "scikit-learn" : m))}";
}
