using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Web.Api;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Api;

/// <summary>
/// Every page, and what else only a browser asks for, as each kind of person. The statuses are the second table of
/// docs/permissions.md; with the environment variable MLHUB_WRITE_DOCS it is written anew.
/// </summary>
public sealed class PageMatrixTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Head = "| page | anonymous | no grant | READ | EDIT | MANAGE | administrator |";
    private const string Robot = "a-robot";

    private static readonly string[] Levels = ["READ", "EDIT", "MANAGE"];
    private static readonly string[] Open = ["/sign-in", "/sign-in/code", "/set-up", "/welcome", "/error", "/not-found"];
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "permissions.md");

    [Fact]
    public async Task Every_page_answers_every_role_as_the_page_of_permissions_says()
    {
        await hub.Services.GetRequiredService<ServiceAccounts>().CreateAsync(Caller.System, Robot, default);
        var target = await CallTarget.GivenAsync(hub.Ann);
        var people = await GivenPeopleAsync(target);
        var table = new StringBuilder($"{Head}\n|---|---|---|---|---|---|---|\n");

        foreach (var (method, pattern) in Pages())
        {
            List<int> statuses = [];
            foreach (var person in people)
            {
                statuses.Add(await StatusAsync(person, method, await UrlAsync(pattern, target)));
            }

            AssertClosed($"{method} {pattern} answers {string.Join(' ', statuses)}", method, pattern, statuses);
            table.Append($"| `{method} {pattern}` | {string.Join(" | ", statuses)} |\n");
        }

        var page = await File.ReadAllTextAsync(Page);
        var start = page.IndexOf(Head, StringComparison.Ordinal);
        var told = page[start..(page.IndexOf("\n\n", start, StringComparison.Ordinal) + 1)];
        if (Environment.GetEnvironmentVariable("MLHUB_WRITE_DOCS") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(Page, page.Replace(told, table.ToString(), StringComparison.Ordinal));
        }

        Assert.Equal(told.Split('\n'), table.ToString().Split('\n'));
    }

    /// <summary>Attack 42, on pages.</summary>
    [Fact]
    public async Task A_page_of_what_is_hidden_is_that_of_what_is_absent()
    {
        var target = await CallTarget.GivenAsync(hub.Ann);
        var nowhere = new CallTable.Target("987654", "", new string('0', 32), "no-such-model", "", "", "m-" + new string('2', 32), new string('3', 32));
        using var bob = new Visitor(hub);
        await bob.SignInAsync("bob");

        foreach (var (_, pattern) in Pages().Where(p => p.Method == "GET" && p.Pattern.Contains('{') && !p.Pattern.StartsWith("/admin", StringComparison.Ordinal)))
        {
            var hidden = await bob.GetAsync(await UrlAsync(pattern, target));
            var absent = await bob.GetAsync(await UrlAsync(pattern, nowhere));

            Assert.Equal((404, 404), (hidden.Status, absent.Status));
            Assert.Equal(Shown(absent.Html), Shown(hidden.Html));
        }
    }

    /// <summary>With a token of a form that they were shown, so that only the right is missing.</summary>
    [Theory]
    [InlineData("/admin/people", "new-person", "Input.UserName")]
    [InlineData("/admin/groups", "new-group", "Input.Name")]
    [InlineData("/admin/service-accounts", "new-service-account", "Input.Name")]
    [InlineData("/admin/storage", "sweep", "x")]
    public async Task A_form_of_the_administration_sent_by_somebody_else_does_nothing(string page, string handler, string field)
    {
        using var bob = new Visitor(hub);
        await bob.SignInAsync("bob");
        var token = Visitor.TokenIn(await bob.GetAsync("/account"));

        var answer = await bob.Browser.PostAsync(page, new FormUrlEncodedContent([new(Visitor.TokenField, token), new("_handler", handler), new(field, "planted")]));

        Assert.InRange((int)answer.StatusCode, 400, 499);
        await using var db = hub.Open();
        Assert.False(db.Users.Any(u => u.UserName == "planted") || db.Groups.Any(g => g.Name == "planted"));
    }

    private List<(string Method, string Pattern)> Pages() =>
    [
        .. WalkedEndpoint.All(hub).Where(e => e.Declared is { Kind: AccessKind.Page }).Select(e => (e.Method, "/" + e.Pattern.TrimStart('/')))
            .Distinct().OrderBy(e => e.Item2, StringComparer.Ordinal).ThenBy(e => e.Method, StringComparer.Ordinal),
    ];

    private static void AssertClosed(string answers, string method, string pattern, List<int> statuses)
    {
        Assert.True(statuses[0] is 302 or 401 || Open.Contains(pattern), $"{answers}: it is open to everyone.");
        Assert.True(method != "GET" || !pattern.StartsWith("/admin", StringComparison.Ordinal) || statuses is [_, 404, 404, 404, 404, 200], $"{answers}: it is for administrators.");
        Assert.True(statuses.All(s => s < 500) || pattern == "/error", $"{answers}: it fails.");
    }

    private static async Task<int> StatusAsync(Visitor person, string method, string url)
    {
        using var request = new HttpRequestMessage(new(method), url);
        request.Content = method switch { "POST" => new FormUrlEncodedContent([]), "PUT" => new StringContent("x"), _ => null };
        using var answer = await person.Browser.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<string> UrlAsync(string pattern, CallTable.Target target)
    {
        if (pattern == "/version-file")
        {
            var made = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/model-versions/upload", new { name = target.Model });
            return $"{pattern}?name={target.Model}&version={made.Json["model_version"]!["version"]}&path=a.txt";
        }

        if (pattern == "/batch/upload")
        {
            return $"{pattern}?name={target.Model}&file=rows.csv";
        }

        if (pattern.StartsWith("/runs-table/", StringComparison.Ordinal))
        {
            return $"{pattern}?experiment_id={target.Experiment}";
        }

        if (pattern == "/compare/insights")
        {
            return $"{pattern}?runs={target.Run},{target.OtherRun}";
        }

        if (pattern.StartsWith("/webhooks/", StringComparison.Ordinal) && target.Model != "no-such-model")
        {
            await WebhookCalls.GivenAsync(hub, target);
        }

        var name = pattern.StartsWith("/admin", StringComparison.Ordinal) ? Robot : target.Model;
        return pattern.Replace("{ExperimentId:long}", target.Experiment, StringComparison.Ordinal).Replace("{Id:long}", target.Experiment, StringComparison.Ordinal)
            .Replace("/webhooks/{Id}", $"/webhooks/{target.Webhook}", StringComparison.Ordinal).Replace("{Number:long}", $"{WebhookCalls.Delivery(target)}", StringComparison.Ordinal)
            .Replace("{RunId}", target.Run, StringComparison.Ordinal).Replace("{ModelId}", target.LoggedModel, StringComparison.Ordinal)
            .Replace("{Name}", name, StringComparison.Ordinal).Replace("{Number:int}", "1", StringComparison.Ordinal)
            .Replace("{*Digest}", $"d{target.Experiment}", StringComparison.Ordinal);
    }

    private async Task<List<Visitor>> GivenPeopleAsync(CallTable.Target target)
    {
        foreach (var level in Levels)
        {
            await hub.GivenUserAsync(level.ToLowerInvariant());
        }

        var grants = new { access_control_list = Levels.Select(l => new { user_name = l.ToLowerInvariant(), permission_level = $"CAN_{l}" }) };
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{target.Experiment}", grants);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{target.ModelId}", grants);
        List<Visitor> people = [new(hub)];
        foreach (var name in (string[])["bob", "read", "edit", "manage", "ada"])
        {
            people.Add(new(hub));
            await people[^1].SignInAsync(name);
        }

        return people;
    }

    private static string Shown(string html) => html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];
}
