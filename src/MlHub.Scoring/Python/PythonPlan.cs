namespace MlHub.Scoring.Python;

/// <summary>How a model of a Python flavour is loaded and asked.</summary>
/// <param name="Command">The program that starts Python, and its arguments: the sandbox, then the interpreter.</param>
/// <param name="Flavor">One of those that <c>worker.py</c> has a loader for.</param>
/// <param name="File">The model's file, relative to the model's folder; empty where the folder itself is loaded.</param>
/// <param name="Format">How a pickle was written: <c>pickle</c>, <c>cloudpickle</c> or <c>joblib</c>.</param>
/// <param name="Call">What is called, of scikit-learn a method, of XGBoost the model's class; empty for what is usual.</param>
/// <param name="Code">The folder of modules that came with the model; empty where none did.</param>
/// <param name="Modules">What is imported before memory is limited.</param>
/// <param name="SavedWith">The library and version that saved the model, as a refusal tells it; empty where nobody knows.</param>
/// <param name="Outputs">The signature's outputs, JSON as in the file MLmodel; null without.</param>
public sealed record PythonPlan(
    IReadOnlyList<string> Command, string Flavor, string File, string Format, string Call, string Code, IReadOnlyList<string> Modules, string SavedWith, string? Outputs);

/// <summary>What a Python has, as it told itself.</summary>
/// <param name="Version">Of Python.</param>
/// <param name="IsFenced">Whether Linux keeps it from all files but those that it needs (Landlock).</param>
/// <param name="HasNetwork">Whether it could send something away all the same.</param>
/// <param name="Modules">Modules that matter here, with their versions; empty for a version that is not known.</param>
public sealed record PythonModules(string Version, bool IsFenced, bool HasNetwork, IReadOnlyDictionary<string, string> Modules);
