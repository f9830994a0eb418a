using MlHub.Artifacts;

namespace MlHub.Serving.Python;

/// <summary>How a model that Python code computes is loaded, as its file MLmodel says.</summary>
/// <param name="Name">The flavour whose loader takes it.</param>
/// <param name="Title">How people call it.</param>
/// <param name="File">The model's file; empty where the whole folder is loaded.</param>
/// <param name="Modules">What is imported to load it.</param>
internal sealed record PythonFlavor(string Name, string Title, string File, IReadOnlyList<string> Modules)
{
    private const string PyFunc = "python_function";

    /// <summary>How a pickle was written.</summary>
    public string Format { get; private init; } = "";

    /// <summary>What is called, where it is not what is usual.</summary>
    public string Call { get; private init; } = "";

    /// <summary>The folder of modules that came with the model; empty where none did.</summary>
    public string Code { get; private init; } = "";

    /// <summary>The library that saved it, with its version.</summary>
    public string SavedWith { get; private init; } = "";

    /// <summary>Whether <see cref="File"/> must be TorchScript, since a pickled module is of no use without the program that defines it.</summary>
    public bool IsTorchScript => Name == "pytorch";

    /// <summary>The flavour to load it by, or why there is none.</summary>
    public static (PythonFlavor? Flavor, string? Objection) Of(ModelFile model, ICollection<string> files)
    {
        var function = Settings(model, PyFunc);
        var code = function?.GetValueOrDefault("code") ?? "";
        PythonFlavor? flavor = null;
        if (Settings(model, "sklearn") is { } sklearn)
        {
            var format = sklearn.GetValueOrDefault("serialization_format") ?? "pickle";
            if (format is not ("pickle" or "cloudpickle" or "joblib"))
            {
                return (null, $"Its flavour sklearn was saved as {format}, which this hub does not load. Log it with serialization_format=\"cloudpickle\" to have it served.");
            }

            flavor = new("sklearn", "scikit-learn", sklearn.GetValueOrDefault("pickled_model") ?? "model.pkl", format == "pickle" ? ["sklearn", "pandas"] : ["sklearn", "pandas", format])
            {
                Format = format,
                Call = function?.GetValueOrDefault("predict_fn") ?? "",
                SavedWith = Saved("scikit-learn", sklearn, "sklearn_version"),
            };
        }
        else if (Settings(model, "pytorch") is { } torch)
        {
            flavor = new("pytorch", "PyTorch", $"{torch.GetValueOrDefault("model_data") ?? "data"}/model.pth", ["torch", "pandas"]) { SavedWith = Saved("PyTorch", torch, "pytorch_version") };
        }
        else if (Settings(model, "xgboost") is { } xgboost)
        {
            var kind = xgboost.GetValueOrDefault("model_class") ?? "";
            var isBooster = kind is "" || kind.EndsWith(".Booster", StringComparison.Ordinal);
            flavor = new("xgboost", "XGBoost", xgboost.GetValueOrDefault("data") ?? "model.xgb", isBooster ? ["xgboost", "pandas"] : ["xgboost", "pandas", "sklearn"])
            {
                Call = kind,
                SavedWith = Saved("XGBoost", xgboost, "xgb_version"),
            };
        }
        else if (function is not null)
        {
            return OfFunction(model);
        }

        return flavor is null ? (null, $"Its flavours ({Names(model)}) are none that this hub serves: those are onnx, sklearn, xgboost, pytorch with a TorchScript model, and python_function.")
            : !files.Contains(flavor.File) ? (null, $"Its file '{flavor.File}' is missing.")
            : (flavor with { Code = code }, null);
    }

    /// <summary>Whatever MLflow's own package can load, by that package.</summary>
    private static (PythonFlavor? Flavor, string? Objection) OfFunction(ModelFile model)
    {
        var name = model.Flavors.Select(f => f.Name).FirstOrDefault(n => n != PyFunc) ?? PyFunc;
        if (name == "spark")
        {
            return (null, "Its flavour spark is computed by a Spark cluster, which a process without a network does not reach.");
        }

        string[] library = name switch
        {
            "lightgbm" => ["lightgbm"],
            "catboost" => ["catboost"],
            "keras" => ["keras"],
            "tensorflow" => ["tensorflow"],
            "statsmodels" => ["statsmodels"],
            "prophet" => ["prophet"],
            "spacy" => ["spacy"],
            "transformers" => ["transformers"],
            _ => [],
        };
        return (new(PyFunc, name, "", ["mlflow", "pandas", .. library])
        {
            SavedWith = model.MlflowVersion is { } version ? $"MLflow {version}" : "",
        }, null);
    }

    private static string Saved(string library, Dictionary<string, string> settings, string key) => settings.GetValueOrDefault(key) is { } version ? $"{library} {version}" : "";

    private static Dictionary<string, string>? Settings(ModelFile model, string flavor) =>
        model.Flavors.FirstOrDefault(f => f.Name == flavor) is { Settings: { } settings } ? settings.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal) : null;

    private static string Names(ModelFile model) => string.Join(", ", model.Flavors.Select(f => f.Name));
}
