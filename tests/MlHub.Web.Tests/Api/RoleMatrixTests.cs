using System.Text;
using MlHub.Access;

namespace MlHub.Web.Tests.Api;

/// <summary>
/// Every call of the running application as each kind of caller. The statuses are the table of docs/permissions.md: a call
/// that opens to somebody, or closes, shows there. With the environment variable MLHUB_WRITE_DOCS the table is written anew.
/// </summary>
public sealed class RoleMatrixTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Head = "| call | anonymous | no grant | READ | EDIT | MANAGE | administrator |";

    private const Scopes Changes = Scopes.TrackingWrite | Scopes.ArtifactsWrite | Scopes.ArtifactsDelete | Scopes.RegistryWrite | Scopes.RegistryApprove;

    /// <summary>What needs no right on anything there is: making something of one's own, and lists, which tell everybody only their own.</summary>
    private static readonly string[] ForEverybody =
    [
        "POST mlflow/experiments/create", "POST mlflow/registered-models/create", "GET mlflow/users/current", "GET mlhub/folders/list", "GET /openapi.json", "GET /v2", "GET /v2/health/live", "GET /v2/health/ready",
        "GET mlflow/experiments/search", "POST mlflow/experiments/search", "GET mlflow/experiments/list", "POST mlflow/runs/search", "POST mlflow/logged-models/search",
        "GET mlhub/metrics/curves", "POST mlhub/metrics/curves", "GET /curves", "GET mlflow/metrics/get-history-bulk", "GET mlflow/metrics/get-history-bulk-interval", "POST mlflow/experiments/search-datasets",
        "GET mlflow/registered-models/search", "GET mlflow/registered-models/list", "GET mlflow/model-versions/search", "GET mlhub/inbox/list", "POST mlhub/inbox/mark-read",
    ];

    /// <summary>What whoever reads a model or an experiment may add to it: to ask, to speak, to follow, and a view for themselves.</summary>
    private static readonly string[] ForReaders =
    [
        "POST mlflow/transition-requests/create", "POST mlflow/comments/create", "POST mlhub/follows/set-model", "POST mlhub/follows/set-version",
        "POST mlhub/experiments/saved-views/create",
    ];

    private static readonly string[] Levels = ["READ", "EDIT", "MANAGE"];
    private static readonly int[] Refusals = [302, 401, 403, 404];
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "permissions.md");

    private readonly List<HttpClient> _columns = [];
    private CallTable.Target? _target;

    [Fact]
    public async Task Every_call_answers_every_role_as_the_page_of_permissions_says()
    {
        await GivenColumnsAsync();
        var table = new StringBuilder($"{Head}\n|---|---|---|---|---|---|---|\n");

        foreach (var (method, call, scope) in WalkedEndpoint.Calls(hub, await CallTarget.GivenAsync(hub.Ann)).Select(c => (c.Endpoint.Method, c.Endpoint.Call, c.Endpoint.Declared!.Scope)).Distinct())
        {
            var (statuses, isPersonal) = await StatusesAsync(method, call);

            AssertNobodyIsRefusedWhatOneBelowMay($"{method} {call}", statuses, isPersonal);
            AssertNobodyMayMoreThanTheirLevel($"{method} {call}", scope, statuses);
            table.Append($"| `{method} /{call.TrimStart('/')}` | {string.Join(" | ", statuses)} |\n");
        }

        var page = await File.ReadAllTextAsync(Page);
        var told = page[page.IndexOf(Head, StringComparison.Ordinal)..];
        if (Environment.GetEnvironmentVariable("MLHUB_WRITE_DOCS") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(Page, page.Replace(told, table.ToString(), StringComparison.Ordinal));
        }

        Assert.Equal(Lines(told), Lines(table.ToString()));
    }

    /// <summary>In order of the table's columns. What one caller changed is not shown to the next.</summary>
    private async Task<(List<int> Statuses, bool IsPersonal)> StatusesAsync(string method, string call)
    {
        List<int> statuses = [];
        var isPersonal = false;
        foreach (var who in _columns)
        {
            _target ??= await GivenSharedTargetAsync();
            var (_, sample, url) = WalkedEndpoint.Calls(hub, _target).First(c => c.Endpoint.Method == method && c.Endpoint.Call == call);
            await (sample.Given?.Invoke(hub) ?? Task.CompletedTask);
            statuses.Add((await who.AskAsync(new(method), url, sample.Body)).Status);
            _target = sample.Given is null && (method == "GET" || Refusals.Contains(statuses[^1])) ? _target : null;
            isPersonal = sample.IsPersonal;
        }

        return (statuses, isPersonal);
    }

    private static void AssertNobodyIsRefusedWhatOneBelowMay(string call, List<int> statuses, bool isPersonal)
    {
        var first = statuses.FindIndex(s => !Refusals.Contains(s));
        var answers = $"{call} answers {string.Join(' ', statuses)}";

        Assert.True(isPersonal ? first < 0 : first > 0, $"{answers}: open to everyone, or to nobody.");
        Assert.True(isPersonal || statuses.Skip(first).All(s => s == 200), $"{answers}: those who may get different answers, or none succeeds.");
    }

    /// <summary>The table tells what was found; these rules tell what may be found at all, so that a call opened by mistake is not just recorded.</summary>
    private static void AssertNobodyMayMoreThanTheirLevel(string call, Scopes scope, List<int> statuses)
    {
        var refused = statuses.Select(s => Refusals.Contains(s)).ToList();
        var answers = $"{call} answers {string.Join(' ', statuses)}";

        Assert.True(statuses[0] is 302 or 401, $"{answers}: it does not ask who calls.");
        Assert.True(refused[1] || ForEverybody.Contains(call), $"{answers}: it needs no grant.");
        Assert.True(refused[2] || (scope & Changes) == 0 || ForEverybody.Contains(call) || ForReaders.Contains(call), $"{answers}: who may only read may change something.");
        Assert.True(scope != Scopes.Admin || refused[..5].All(r => r), $"{answers}: it is for administrators.");
    }

    private async Task GivenColumnsAsync()
    {
        _columns.AddRange([hub.CreateClient(new() { AllowAutoRedirect = false }), hub.Bob]);
        foreach (var level in Levels)
        {
            _columns.Add(await hub.ProgramOfAsync(NameOf(level)));
        }

        _columns.Add(hub.Ada);
    }

    private async Task<CallTable.Target> GivenSharedTargetAsync()
    {
        var target = await CallTarget.GivenAsync(hub.Ann);
        var grants = new { access_control_list = Levels.Select(l => new { user_name = NameOf(l), permission_level = $"CAN_{l}" }) };
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{target.Experiment}", grants);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{target.ModelId}", grants);
        return target;
    }

    private static string NameOf(string level) => $"with-{level.ToLowerInvariant()}";

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
