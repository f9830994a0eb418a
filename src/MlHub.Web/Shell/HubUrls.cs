using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using MlHub.SavedViews;
using MlHub.Tracking.Table;
using MlHub.Web.Audit;
using MlHub.Web.Compare;
using MlHub.Web.Registry;
using MlHub.Web.Serving;
using MlHub.Web.Tracking;
using MlHub.Web.Tracking.Table;
using MlHub.Web.Trash;
using MlHub.Web.Webhooks;

namespace MlHub.Web.Shell;

/// <summary>Every address of MlHub's own pages. Nothing else writes one down.</summary>
public static class HubUrls
{
    public const string Home = "/";
    public const string SignOut = "/sign-out";
    public const string SecondFactor = "/account/second-factor";
    public const string PasskeyOffer = "/account/passkeys/offer";
    public const string PasskeyChallenge = "/sign-in/passkey";
    public const string Tokens = "/account/tokens";
    public const string Account = "/account";
    public const string Groups = "/admin/groups";
    public const string ServiceAccounts = "/admin/service-accounts";
    public const string Storage = "/admin/storage";
    public const string DeploymentTargets = "/admin/deployment-targets";
    public const string CompareRuns = "/compare";
    public const string NotFound = "/not-found";
    public const string Error = "/error";
    public const string Denied = "/denied";

    /// <summary>Where a version, a stage or an alias (with an @ before it) of a served model is asked.</summary>
    public static string Invocations(string model, string selector) => $"{Scored(model, selector)}/invocations";

    public static string BatchOutput(Guid job) => $"/batch/{job}/output";

    public static string BatchManifest(Guid job) => $"/batch/{job}/manifest";

    /// <summary>The OpenAPI document of the same.</summary>
    public static string ScoringDocument(string model, string selector) => $"{Scored(model, selector)}/openapi.json";

    private static string Scored(string model, string selector) =>
        $"/model/{Uri.EscapeDataString(model)}/{(selector.StartsWith('@') ? $"@{Uri.EscapeDataString(selector[1..])}" : Uri.EscapeDataString(selector))}";

    public static string SignIn(string? returnUrl = null) => With("/sign-in", ("returnUrl", returnUrl));

    /// <summary>Where the second factor is asked for, after the password.</summary>
    public static string SignInCode(string? returnUrl = null) => With("/sign-in/code", ("returnUrl", returnUrl));

    /// <summary>Where somebody invited chooses a password.</summary>
    public static string Welcome(string user, string code) => With("/welcome", ("user", user), ("code", code));

    public static string People(string? search = null) => With("/admin/people", ("search", search));

    public static string ServiceAccount(string name) => $"{ServiceAccounts}/{Uri.EscapeDataString(name)}";

    public static string AllTokens(string? owner = null) => With("/admin/tokens", ("owner", owner));

    /// <summary>What was given on all models, and what somebody may do with one of them or with an experiment.</summary>
    public static string Rights(string? user = null, string? model = null, string? experiment = null) =>
        With("/admin/rights", ("user", user), ("model", model), ("experiment", experiment));
    /// <summary>Where a sign-in asks for the second factor's code.</summary>
    public static string SecondStep(string? returnUrl = null, bool recovery = false) =>
        With("/sign-in/code", ("returnUrl", returnUrl), ("with", recovery ? "recovery" : null));

    public static string SetUp(string? code = null) => With("/set-up", ("code", code));

    public static string Audit(AuditQuery? query = null) => With("/admin/audit", [.. (query ?? new()).ToPairs()]);

    public static string AuditExport(AuditQuery query) => With("/admin/audit/export", [.. query.ToExport()]);

    public static string Inbox(bool unread = false) => With("/inbox", ("view", unread ? "unread" : null));

    public static string Experiments(string? search = null, bool deleted = false, string? folder = null) =>
        With("/experiments", ("folder", folder), ("search", search), ("view", deleted ? "deleted" : null));

    public static string Trash(TrashKind kind = TrashKind.Runs, string? search = null, string? pageToken = null) =>
        With("/trash", ("kind", kind == TrashKind.Runs ? null : kind.ToString().ToLowerInvariant()), ("search", search), ("page_token", pageToken));

    public static string Experiment(long id) => $"/experiments/{id.ToString(CultureInfo.InvariantCulture)}";

    public static string Experiment(long id, RunsQuery query) => With(Experiment(id), [.. query.ToPairs()]);

    /// <summary>Where the runs table's script asks for rows of this filter and order; columns and place are its own to add.</summary>
    public static string RunRows(long experimentId, RunsQuery query) => With(
        RunsTableEndpoints.Rows, [("experiment_id", Text(experimentId)), .. (query with { Columns = [], Fixed = [], PinnedColumns = [], PinnedRuns = [], Saved = null }).FirstPage().ToPairs()]);

    public static string RunColumns(long experimentId) => With(RunsTableEndpoints.Columns, ("experiment_id", Text(experimentId)));

    public static string RunFilterWords(long experimentId) => With(RunsTableEndpoints.Words, ("experiment_id", Text(experimentId)));

    /// <summary>All runs that the table shows as a file, with some of their columns or (null) all.</summary>
    public static string RunExport(long experimentId, RunsQuery query, string format, IReadOnlyList<ShownColumn>? columns) => With(
        RunExportEndpoint.Path,
        [
            ("experiment_id", Text(experimentId)), ("format", format), ("filter", query.Filter), ("order_by", query.OrderBy), ("view", query.Deleted ? "deleted" : null),
            .. (columns is { Count: 0 } ? [RunsQuery.None] : columns?.Select(c => c.ToString()) ?? []).Select(c => ("cols", (string?)c)),
        ]);

    public static string Run(long experimentId, string runId, RunTab tab = RunTab.Overview) =>
        With($"{Experiment(experimentId)}/runs/{Uri.EscapeDataString(runId)}", ("tab", tab == RunTab.Overview ? null : tab.ToString().ToLowerInvariant()));

    /// <summary>The curves of a run as a saved layout draws them, or as each reader left them.</summary>
    public static string RunCurves(long experimentId, string runId, RunTab tab, SavedView? view) =>
        $"{With(Run(experimentId, runId, tab), ("saved", view is null ? RunsQuery.None : $"{view.Id:N}"))}{(view is { State.Length: > 0 } ? $"&{view.State}" : null)}";

    /// <summary>A part of a run's page with choices of its own.</summary>
    public static string RunCode(long experimentId, string runId, string against, string? metric = null) =>
        With($"{Experiment(experimentId)}/runs/{Uri.EscapeDataString(runId)}", ("tab", "code"), ("against", against), ("metric", metric));

    /// <summary>The data of this digest. A digest is anybody's text, so slashes may be in it.</summary>
    public static string Dataset(string digest) => $"/datasets/{string.Join('/', digest.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>The runs of an experiment whose Spark read this version of a table; null where the search has no words for it.</summary>
    public static string? ReadersOfTable(long experimentId, string place, long? version) =>
        $"%path={place}{(version is null ? "" : $",version={version.Value.ToString(CultureInfo.InvariantCulture)}")},%" is { Length: <= Limits.LikePattern } pattern && !place.AsSpan().ContainsAny("'%_\\\"")
            ? Experiment(experimentId, new RunsQuery { Filter = $"tags.sparkDatasourceInfo LIKE '{pattern}'" })
            : null;

    /// <summary>All points of a metric.</summary>
    public static string CurveCsv(string runId, string key) => With("/curves.csv", ("run_id", runId), ("metric_key", key));

    /// <summary>Runs side by side.</summary>
    public static string Compare(IReadOnlyCollection<string> runIds) => With(CompareRuns, ("runs", RunList.Write(runIds)));

    /// <summary>What the page of a comparison asks for after it is shown.</summary>
    public static string CompareInsights(string? runs, string metric, string? baseline) => With(InsightsEndpoint.Path, ("runs", runs), ("metric", metric), ("baseline", baseline));

    /// <summary>Their artifacts side by side, and one of them line by line.</summary>
    public static string CompareFiles(IReadOnlyCollection<string> runIds, string? path = null, bool all = false) =>
        With("/compare/files", ("runs", RunList.Write(runIds)), ("path", path), ("all", all ? "true" : null));

    public static string RunArtifact(long experimentId, string runId, string path) =>
        With(Run(experimentId, runId, RunTab.Artifacts), ("path", path));

    /// <summary>The logged models of an experiment.</summary>
    public static string LoggedModels(long experimentId, string? filter = null, string? pageToken = null) =>
        With(Experiment(experimentId), ("tab", "models"), ("filter", filter), ("page_token", pageToken));

    public static string LoggedModel(long experimentId, string modelId, string? tab = null, string? path = null) =>
        With($"{Experiment(experimentId)}/models/{Uri.EscapeDataString(modelId)}", ("tab", tab), ("path", path));

    /// <summary>The bytes of a logged model's file, as an attachment.</summary>
    public static string LoggedModelBytes(string modelId, string path) => With("/logged-models/get-artifact", ("model_id", modelId), ("path", path));

    public static string Models(ModelsQuery? query = null) => With("/models", [.. (query ?? new()).ToPairs()]);

    /// <summary>The model now or, with an instant in milliseconds since 1970, as it was then.</summary>
    public static string Model(string name, string? tab = null, long? asOf = null) =>
        With($"/models/{Uri.EscapeDataString(name)}", ("tab", tab), ("as_of", asOf?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A part of the model's serving tab.</summary>
    public static string Serving(string name, ServingView view = ServingView.Endpoints) => With(
        $"/models/{Uri.EscapeDataString(name)}", ("tab", "serving"), ("view", view == ServingView.Endpoints ? null : view.ToString().ToLowerInvariant()));

    /// <summary>The form for a batch job with a file of a run or logged model filled in.</summary>
    public static string BatchOf(string name, string runId, string path) => With(
        $"/models/{Uri.EscapeDataString(name)}", ("tab", "serving"), ("view", "batch"), ("run", runId), ("path", path));

    /// <summary>A batch job with what came of it.</summary>
    public static string BatchJob(string name, Guid job) => With($"/models/{Uri.EscapeDataString(name)}", ("tab", "serving"), ("view", "batch"), ("job", $"{job:N}"));

    /// <summary>Where a page sends a file for a batch job.</summary>
    public static string BatchUpload(string model, string file) => With(BatchUploadEndpoint.Path, ("name", model), ("file", file));

    /// <summary>How a served model fares, looking back so many minutes.</summary>
    public static string Monitoring(string name, int minutes) => With(
        $"/models/{Uri.EscapeDataString(name)}", ("tab", "serving"), ("view", "monitoring"), ("minutes", minutes.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A page of the model's versions: all or the active ones, those before a number.</summary>
    public static string Versions(string name, bool activeOnly, int? before = null) =>
        With(
            $"/models/{Uri.EscapeDataString(name)}",
            ("tab", "versions"), ("view", activeOnly ? "active" : null), ("before", before?.ToString(CultureInfo.InvariantCulture)));

    public static string Version(string name, int number, string? tab = null, long? asOf = null) =>
        With(
            $"/models/{Uri.EscapeDataString(name)}/versions/{number.ToString(CultureInfo.InvariantCulture)}",
            ("tab", tab), ("as_of", asOf?.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A version beside another of its model.</summary>
    public static string VersionCompare(string name, int number, int with) =>
        With(Version(name, number, "compare"), ("with", with.ToString(CultureInfo.InvariantCulture)));

    public static string VersionFile(string name, int number, string? path) => With(Version(name, number, "files"), ("path", path));

    /// <summary>The bytes of a version's file, as an attachment.</summary>
    public static string VersionBytes(string name, int number, string path) =>
        With("/model-versions/get-artifact", ("name", name), ("version", number.ToString(CultureInfo.InvariantCulture)), ("path", path));

    /// <summary>The page of a run's or a version's explanations with what is chosen there.</summary>
    public static string Explanations(string page, string from, string? model, string? sample) => With(page, ("from", from), ("model", model), ("sample", sample));

    /// <summary>A line of a version's history: <c>event-12</c>, <c>comment-3f…</c>.</summary>
    public static string VersionActivity(string name, int number, string anchor) => $"{Version(name, number, "activity")}#{anchor}";

    /// <summary>Where a page sends a file of a version that is being uploaded; the path comes last.</summary>
    public static string VersionUpload(string name, int number, string path) =>
        $"{VersionFileUpload.Path}?name={Uri.EscapeDataString(name)}&version={number.ToString(CultureInfo.InvariantCulture)}&path={Uri.EscapeDataString(path)}";

    /// <summary>All webhooks, for administrators.</summary>
    public static string Webhooks(string? pageToken = null) => With("/admin/webhooks", ("page_token", pageToken));

    /// <summary>A webhook with its delivery log.</summary>
    public static string Webhook(string id, DeliveryQuery? query = null) => With($"/webhooks/{Uri.EscapeDataString(id)}", [.. (query ?? new()).ToPairs()]);

    public static string EditWebhook(string id) => $"/webhooks/{Uri.EscapeDataString(id)}/edit";

    /// <summary>Where one is made, for a model or the whole hub.</summary>
    public static string NewWebhook(string? model = null) => With("/webhooks/new", ("model", model));

    public static string Delivery(string webhookId, long id) => $"{Webhook(webhookId)}/deliveries/{Text(id)}";

    /// <summary>The version beside another.</summary>
    public static string Compare(string name, int candidate, int baseline) =>
        QueryHelpers.AddQueryString(Version(name, candidate, "compare"), "with", baseline.ToString(CultureInfo.InvariantCulture));

    /// <summary>The bytes themselves, as an attachment.</summary>
    public static string ArtifactBytes(string runId, string path) => With("/get-artifact", ("run_id", runId), ("path", path));

    /// <summary>Where to go after signing in: a path of this site, whatever the link said.</summary>
    public static string LocalOrHome(string? returnUrl) => IsLocal(returnUrl) ? returnUrl! : Home;

    // A browser reads "//host", "/\host" and a tab or line break before the second slash as another site.
    private static bool IsLocal(string? url) =>
        url is ['/', ..] && (url.Length == 1 || url[1] is not ('/' or '\\')) && !url.Any(c => char.IsControl(c) || c == '\\');

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string With(string path, params (string Name, string? Value)[] query) =>
        QueryHelpers.AddQueryString(path, query.Where(q => !string.IsNullOrEmpty(q.Value)).Select(q => KeyValuePair.Create(q.Name, q.Value)));
}
