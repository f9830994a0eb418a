using System.Text;

namespace MlHub.Webhooks;

/// <summary>How a job host is asked to start something.</summary>
public enum JobKind
{
    /// <summary>A runner of MLprojects: the entry point and its parameters.</summary>
    MLproject,

    /// <summary>GitHub's <c>repository_dispatch</c>; the job's id is <c>owner/repository</c>.</summary>
    GitHub,

    /// <summary>A run of an Azure DevOps pipeline; the job's id is <c>organization/project/pipeline</c>.</summary>
    AzureDevOps,
}

/// <summary>A host that may be asked to start jobs. Not a record, since those print what they hold.</summary>
/// <param name="token">Sent where a webhook brings none of its own; the operator's.</param>
public sealed class JobHost(string name, JobKind kind, Uri url, string? token)
{
    public string Name { get; } = name;
    public JobKind Kind { get; } = kind;
    public Uri Url { get; } = url;
    public string? Token { get; } = token;

    /// <summary>Where it is asked to start the job.</summary>
    /// <exception cref="HubException">Invalid: the id is none of its kind.</exception>
    public string AddressOf(string? jobId) => Kind switch
    {
        JobKind.MLproject => string.IsNullOrWhiteSpace(jobId) ? throw Wrong(jobId, "the name of an entry point") : Url.AbsoluteUri,
        JobKind.GitHub => Parts(jobId, 2) is [var owner, var repository] ? $"{Base}/repos/{owner}/{repository}/dispatches" : throw Wrong(jobId, "owner/repository"),
        _ => Parts(jobId, 3) is [var organization, var project, var pipeline] && pipeline.All(char.IsAsciiDigit)
            ? $"{Base}/{organization}/{project}/_apis/pipelines/{pipeline}/runs?api-version=7.1"
            : throw Wrong(jobId, "organization/project/pipeline, the last a number"),
    };

    /// <summary>The header by which a token is shown to it.</summary>
    public string HeaderOf(string token) =>
        Kind == JobKind.AzureDevOps ? $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($":{token}"))}" : $"Bearer {token}";

    private string Base => Url.AbsoluteUri.TrimEnd('/');

    /// <summary>Each escaped, and none that would lead elsewhere.</summary>
    private static string[] Parts(string? jobId, int count) =>
        (jobId ?? "").Split('/') is { } parts && parts.Length == count && parts.All(p => p.Trim('.').Length > 0) ? [.. parts.Select(Uri.EscapeDataString)] : [];

    private HubException Wrong(string? jobId, string form) =>
        HubException.Invalid($"Invalid value '{Tracking.LogRules.Shown(jobId ?? "")}' for parameter 'job_id' supplied: On the host {Name} ({Kind}) it must be {form}.");
}

/// <summary>The job hosts of the configuration; nothing else is ever asked to start a job.</summary>
public sealed record JobHosts(IReadOnlyList<JobHost> All)
{
    public static JobHosts None { get; } = new([]);

    /// <summary>By its name or its address, as Databricks' <c>workspace_url</c> gives it; the only one there is where nothing is given.</summary>
    /// <exception cref="HubException">Invalid: it is not configured.</exception>
    public JobHost Find(string? workspace)
    {
        if (string.IsNullOrEmpty(workspace))
        {
            return All is [var only]
                ? only
                : throw HubException.Invalid(All.Count == 0
                    ? "job_spec is not supported here: no job host is configured. An operator sets MlHub:Webhooks:Jobs:NAME to allow one."
                    : $"job_spec.workspace_url is required; it must be one of: {Names()}.");
        }

        return All.FirstOrDefault(h => h.Name.Equals(workspace, StringComparison.OrdinalIgnoreCase) || h.Url.AbsoluteUri.TrimEnd('/') == workspace.TrimEnd('/'))
            ?? throw HubException.Invalid(
                $"The job host {Tracking.LogRules.Shown(workspace)} is not configured. {(All.Count == 0 ? "None is" : $"Configured are: {Names()}")}. An operator sets MlHub:Webhooks:Jobs:NAME to allow one.");
    }

    private string Names() => string.Join(", ", All.Select(h => h.Name));
}
