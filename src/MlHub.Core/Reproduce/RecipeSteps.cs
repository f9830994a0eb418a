using System.Text.RegularExpressions;
using MlHub.Artifacts;

namespace MlHub.Reproduce;

/// <summary>The commands that make a run again. Whatever a client logged stands in them as one quoted word, or not at all.</summary>
public static partial class RecipeSteps
{
    private const string Main = "main", Code = "code", Environment = "environment";

    /// <summary>Of a run of an MLflow project, or of a script.</summary>
    /// <param name="hub">The address of MlHub.</param>
    /// <param name="runId">The run to make again.</param>
    /// <param name="tag">The run's tags.</param>
    /// <param name="params">Its parameters.</param>
    /// <param name="environment">Where the files of its environment are.</param>
    public static IReadOnlyList<RecipeStep> Of(string hub, string runId, Func<string, string?> tag, IReadOnlyList<KeyValuePair<string, string>> @params, EnvironmentPlace? environment)
    {
        var commit = tag("mlflow.source.git.commit") is { } logged && Commit().IsMatch(logged) ? logged : null;
        var repository = RepositoryAddress.OrNull(tag("mlflow.source.git.repoURL"));
        var tracking = $"export MLFLOW_TRACKING_URI={ShellWord.Quote(hub.TrimEnd('/'))}";
        return tag("mlflow.source.type") == "PROJECT" || tag("mlflow.project.entryPoint") is not null
            ? OfProject(tracking, runId, RepositoryAddress.OrNull(tag("mlflow.source.name")) ?? repository, commit, tag("mlflow.project.entryPoint") ?? Main, @params)
            : OfScript(tracking, runId, repository, commit, tag("mlflow.source.name"), tag("mlflow.source.type"), environment);
    }

    private static List<RecipeStep> OfProject(string tracking, string runId, string? project, string? commit, string entry, IReadOnlyList<KeyValuePair<string, string>> @params)
    {
        List<string> words = ["mlflow", "run"];
        if (commit is not null)
        {
            words.AddRange(["--version", commit]);
        }

        var sendable = @params.Where(p => !p.Key.Contains('\0', StringComparison.Ordinal) && !p.Value.Contains('\0', StringComparison.Ordinal)).ToList();
        words.AddRange(entry.Contains('\0', StringComparison.Ordinal) ? [] : ["-e", ShellWord.Quote(entry)]);
        words.AddRange(sendable.SelectMany(p => (string[])["-P", ShellWord.Quote($"{p.Key}={p.Value}")]));
        words.AddRange(["--", project is null ? "." : ShellWord.Quote(project)]);
        return
        [
            new("Run the project", $"{tracking}\n{string.Join(' ', words)}", Note(project, sendable.Count < @params.Count)),
            new(
                "Tell MlHub that the new run is a reproduction",
                $"""python -c "import sys, mlflow; mlflow.MlflowClient().set_tag(sys.argv[1], '{Reproductions.Tag}', sys.argv[2])" "$NEW_RUN_ID" {ShellWord.Quote(runId)}""",
                "NEW_RUN_ID is the ID that mlflow run prints at its end."),
        ];

        static string? Note(string? project, bool left) => (project, left) switch
        {
            (null, _) => "No address of a repository is logged that git could clone: run it in the project's folder.",
            (_, true) => "Parameters that no command line can carry are left out.",
            _ => null,
        };
    }

    private static List<RecipeStep> OfScript(string tracking, string runId, string? repository, string? commit, string? source, string? type, EnvironmentPlace? environment)
    {
        List<RecipeStep> steps = [];
        if (repository is not null)
        {
            var checkout = commit is null ? "" : $"\ngit checkout --detach {commit}";
            steps.Add(new("Get the code", $"git clone -- {ShellWord.Quote(repository)} {Code}\ncd {Code}{checkout}"));
        }

        if (environment is not null)
        {
            steps.Add(EnvironmentStep(tracking, runId, environment));
        }

        // The client puts what this variable holds among the tags of runs that it starts.
        var context = $$"""export MLFLOW_RUN_CONTEXT={{ShellWord.Quote($$"""{"{{Reproductions.Tag}}": "{{runId}}"}""")}}""";
        steps.Add(new(
            "Run it, so that MlHub knows it as a reproduction",
            $"{tracking}\n{context}\n{(ScriptOrNull(source, type) is { } script ? $"python {ShellWord.Quote(script)}" : "# then run the notebook or script from here")}",
            "How the script takes the run's parameters is its own."));
        return steps;
    }

    private static RecipeStep EnvironmentStep(string tracking, string runId, EnvironmentPlace environment)
    {
        var (file, install) = environment.Files.Contains(PythonEnvironment.Requirements) ? (PythonEnvironment.Requirements, "python -m venv .venv\n. .venv/bin/activate\npip install mlflow\n") : (PythonEnvironment.Conda, "");
        var path = environment.Folder.Length == 0 ? file : $"{environment.Folder}/{file}";
        var (download, local) = environment.LoggedModelId is { } model
            ? ($"mlflow artifacts download -u {ShellWord.Quote($"models:/{model}")} -d {Environment}", $"{Environment}/{file}")
            : ($"mlflow artifacts download -r {ShellWord.Quote(runId)} -a {ShellWord.Quote(path)} -d {Environment}", $"{Environment}/{path}");
        var use = file == PythonEnvironment.Conda ? $"conda env create -f {ShellWord.Quote(local)}" : $"pip install -r {ShellWord.Quote(local)}";
        return new("Make the environment", $"{tracking}\n{install}{download}\n{use}");
    }

    /// <summary>A path of somebody's machine is the last of its names in the repository; a notebook is no script.</summary>
    private static string? ScriptOrNull(string? source, string? type)
    {
        if (source is null || type == "NOTEBOOK" || source.Contains('\0', StringComparison.Ordinal) || !source.EndsWith(".py", StringComparison.Ordinal))
        {
            return null;
        }

        var script = source.StartsWith('/') || source.Contains('\\', StringComparison.Ordinal) ? source[(source.LastIndexOfAny(['/', '\\']) + 1)..] : source;
        return script.StartsWith('-') ? $"./{script}" : script;
    }

    [GeneratedRegex(@"^[0-9a-f]{7,64}\z")]
    private static partial Regex Commit();
}
