using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Access;

/// <summary>The pages of the administration, as a browser without scripts uses them.</summary>
public sealed partial class AdministrationPageTests : IAsyncLifetime
{
    private readonly TestHub _hub = new();
    private HttpClient _ada = null!, _ann = null!;
    private Caller _annAsCaller = null!;

    public async ValueTask InitializeAsync()
    {
        await _hub.GivenUserAsync("ada", isAdmin: true);
        _annAsCaller = await _hub.GivenUserAsync("ann");
        _ada = await SignedInAsync("ada");
        _ann = await SignedInAsync("ann");
    }

    public async ValueTask DisposeAsync() => await _hub.DisposeAsync();

    public static TheoryData<string> Pages => [HubUrls.People(), HubUrls.Groups, HubUrls.ServiceAccounts, HubUrls.ServiceAccount("ci-bot"), HubUrls.AllTokens(), HubUrls.Rights(), HubUrls.Storage, HubUrls.DeploymentTargets];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task For_everybody_but_administrators_the_administration_does_not_exist(string page)
    {
        await _hub.Services.GetRequiredService<ServiceAccounts>().CreateAsync(Caller.System, "ci-bot", default);

        var byAda = await _ada.GetAsync(page);
        var byAnn = await _ann.GetAsync(page);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (byAda.StatusCode, byAnn.StatusCode));
        Assert.DoesNotContain("ci-bot", await byAnn.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotMatch(Inline(), await byAda.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Only_administrators_find_it_in_the_navigation()
    {
        Assert.Contains(HubUrls.People(), await _ada.GetStringAsync(HubUrls.Experiments()), StringComparison.Ordinal);
        Assert.DoesNotContain("/admin/", await _ann.GetStringAsync(HubUrls.Experiments()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_invited_chooses_a_password_once()
    {
        var made = await PostAsync(_ada, HubUrls.People(), "new-person", ("Input.UserName", "nina"));
        var link = WebUtility.HtmlDecode(Link().Match(made).Groups[1].Value);
        var nobody = _hub.CreateClient(new() { AllowAutoRedirect = false });

        var weak = await PostAsync(nobody, link, "welcome", ("Input.Password", "short"), ("Input.Again", "short"));
        var chosen = await PostAsync(nobody, link, "welcome", ("Input.Password", "nina's own long words"), ("Input.Again", "nina's own long words"));
        var again = await PostAsync(nobody, link, "welcome", ("Input.Password", "stolen long words"), ("Input.Again", "stolen long words"));

        Assert.Contains("Invited", made, StringComparison.Ordinal);
        Assert.Contains("A password has 12 to 256 characters.", weak, StringComparison.Ordinal);
        Assert.DoesNotContain("notice bad", chosen, StringComparison.Ordinal);
        Assert.Contains("has been used or has run out", again, StringComparison.Ordinal);
        Assert.Equal(200, (await _hub.Basic("nina", "nina's own long words").GotAsync("/users/current")).Status);
    }

    [Fact]
    public async Task People_are_disabled_made_administrators_and_deleted_but_nobody_oneself()
    {
        var page = await _ada.GetStringAsync(HubUrls.People());
        var id = _annAsCaller.Id.ToString("N");
        Assert.Equal(1, page.Split("Delete for good…").Length - 1);

        await PostAsync(_ada, HubUrls.People(), $"admin-{id}");
        Assert.True((await UserAsync("ann"))!.IsAdmin);
        await PostAsync(_ada, HubUrls.People(), $"disable-{id}");
        Assert.True((await UserAsync("ann"))!.IsDisabled);
        await PostAsync(_ada, HubUrls.People(), $"delete-{id}");

        Assert.Null(await UserAsync("ann"));
    }

    [Fact]
    public async Task A_form_of_the_administration_does_nothing_for_others()
    {
        var form = await _ann.GetStringAsync(HubUrls.Tokens);
        var answer = await _ann.PostAsync(HubUrls.People(), new FormUrlEncodedContent(
            [new("_handler", "new-person"), new("__RequestVerificationToken", Forgery().Match(form).Groups[1].Value), new("Input.UserName", "eve"), new("Input.IsAdmin", "true")]));

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Null(await UserAsync("eve"));
    }

    [Fact]
    public async Task A_group_gets_members_and_a_new_name()
    {
        await PostAsync(_ada, HubUrls.Groups, "new-group", ("Input.Name", "team"));
        var groups = _hub.Services.GetRequiredService<Groups>();
        var id = (await groups.ListAsync(Caller.System, default)).Single().Group.Id.ToString("N");

        var unknown = await PostAsync(_ada, HubUrls.Groups, $"add-{id}", ("Input.Name", "nobody"));
        await PostAsync(_ada, HubUrls.Groups, $"add-{id}", ("Input.Name", "ann"));
        await PostAsync(_ada, HubUrls.Groups, $"rename-{id}", ("Input.Name", "crew"));

        Assert.Contains("User with username=nobody not found", unknown, StringComparison.Ordinal);
        Assert.Equal(["crew: ann"], (await groups.ListAsync(Caller.System, default)).Select(g => $"{g.Group.Name}: {string.Join(' ', g.Members)}"));
        await PostAsync(_ada, HubUrls.Groups, $"remove-{id}-ann");
        await PostAsync(_ada, HubUrls.Groups, $"delete-{id}");
        Assert.Empty(await groups.ListAsync(Caller.System, default));
    }

    [Fact]
    public async Task A_service_accounts_token_is_shown_once_and_can_be_revoked()
    {
        await PostAsync(_ada, HubUrls.ServiceAccounts, "new-service-account", ("Input.Name", "ci-bot"));
        var page = HubUrls.ServiceAccount("ci-bot");

        var made = await PostAsync(_ada, page, "new-token", ("Input.Name", "nightly"), ("Input.Scopes", "TrackingRead"), ("Input.Days", "30"));
        var text = Token().Match(made).Value;
        var before = (await _hub.Bearer(text).GotAsync("/users/current")).Status;
        var all = await _ada.GetStringAsync(HubUrls.AllTokens());
        await PostAsync(_ada, HubUrls.AllTokens(), $"revoke-{text.Substring(TokenText.Prefix.Length, 22)}");

        Assert.Equal((200, 401), (before, (await _hub.Bearer(text).GotAsync("/users/current")).Status));
        Assert.Contains("nightly", all, StringComparison.Ordinal);
        Assert.DoesNotContain(text, all + await _ada.GetStringAsync(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_can_be_restricted_to_models_that_are_picked()
    {
        await using (var db = _hub.Open())
        {
            await db.GivenModelAsync("churn");
        }

        var offered = await _ada.GetStringAsync(HubUrls.Tokens);
        var refused = await PostAsync(_ada, HubUrls.Tokens, "new-token", ("Input.Name", "edge"), ("Input.Scopes", "TrackingRead"), ("Input.Models", "churn"), ("Input.Days", "30"));
        var made = await PostAsync(_ada, HubUrls.Tokens, "new-token", ("Input.Name", "edge"), ("Input.Scopes", "RegistryRead"), ("Input.Models", "churn"), ("Input.Days", "30"));
        using var device = _hub.Bearer(Token().Match(made).Value);

        Assert.Contains("name=\"Input.Models\" value=\"churn\"", offered, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Input.Models\"", await _ann.GetStringAsync(HubUrls.Tokens), StringComparison.Ordinal);
        Assert.Contains("it reads these models and asks them", refused, StringComparison.Ordinal);
        Assert.Contains("It is good for these models only", made, StringComparison.Ordinal);
        Assert.Equal((200, 403), ((await device.GotAsync("/registered-models/get?name=churn")).Status, (await device.GotAsync("/registered-models/search")).Status));
    }

    [Fact]
    public async Task A_deployment_target_is_added_asked_and_deleted()
    {
        var refused = await PostAsync(_ada, HubUrls.DeploymentTargets, "new-target", ("Input.Name", "edge"), ("Input.Kind", "TorchServe"), ("Input.Url", "https://10.0.0.1"), ("Input.Workers", "1"));
        var made = await PostAsync(_ada, HubUrls.DeploymentTargets, "new-target", ("Input.Name", "edge"), ("Input.Kind", "TorchServe"), ("Input.Url", "https://serve.invalid:8081"), ("Input.Key", "s3cret-key"), ("Input.Workers", "3"));
        long id;
        await using (var db = _hub.Open())
        {
            id = await db.DeploymentTargets.Select(t => t.Id).SingleAsync();
        }

        var asked = WebUtility.HtmlDecode(await PostAsync(_ada, HubUrls.DeploymentTargets, $"check-{id}"));
        var deleted = await PostAsync(_ada, HubUrls.DeploymentTargets, $"delete-{id}");

        Assert.Contains("leads to an address that is not public", WebUtility.HtmlDecode(refused), StringComparison.Ordinal);
        Assert.Contains("TorchServe · 3 workers", WebUtility.HtmlDecode(made), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-key", made, StringComparison.Ordinal);
        Assert.Contains("edge: TorchServe did not answer", asked, StringComparison.Ordinal);
        Assert.Contains("No targets yet", deleted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rights_page_gives_on_all_models_and_explains()
    {
        await using (var db = _hub.Open())
        {
            await db.GivenModelAsync("churn");
        }

        var given = await PostAsync(_ada, HubUrls.Rights(), "share-new", ("Share.Who", "User:ann"), ("Share.Level", "Edit"));
        var explained = WebUtility.HtmlDecode(await _ada.GetStringAsync(HubUrls.Rights("ann", "churn")));
        var unknown = await _ada.GetStringAsync(HubUrls.Rights("ann", "no-such-model"));

        Assert.Contains("What ann may do", given, StringComparison.Ordinal);
        Assert.Contains("by own grant on the registry's root", explained, StringComparison.Ordinal);
        Assert.Contains("CAN_EDIT by own grant on the registry's root is the highest that ann has; this needs CAN_MANAGE.", explained, StringComparison.Ordinal);
        Assert.Contains("Registered Model with name=no-such-model not found", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_experiment_is_shared_on_its_page_by_who_may_manage_it()
    {
        var ann = _hub.Bearer(await _hub.GivenTokenAsync(_annAsCaller));
        var page = HubUrls.Experiment(long.Parse(await ann.GivenExperimentAsync("shared")));
        await _hub.GivenUserAsync("bob");
        var bob = await SignedInAsync("bob");

        var hidden = (await bob.GetAsync(page)).StatusCode;
        await PostAsync(_ann, page, "share-new", ("Share.Who", "User:bob"), ("Share.Level", "Read"));
        var shown = await bob.GetStringAsync(page);
        var alone = WebUtility.HtmlDecode(await PostAsync(_ann, page, "share-User-ann", ("Share.Who", "User:ann"), ("Share.Level", "None")));

        Assert.Equal(HttpStatusCode.NotFound, hidden);
        Assert.DoesNotContain("id=\"sharing\"", shown, StringComparison.Ordinal);
        Assert.Contains("Nobody would be left who may manage this", alone, StringComparison.Ordinal);
    }

    private async Task<HubUser?> UserAsync(string name)
    {
        await using var db = _hub.Open();
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == name);
    }

    private async Task<HttpClient> SignedInAsync(string user)
    {
        var browser = _hub.CreateClient(new() { AllowAutoRedirect = false });
        await PostAsync(browser, HubUrls.SignIn(), "sign-in", ("Input.UserName", user), ("Input.Password", TestHub.Password));
        return browser;
    }

    /// <summary>Sends a page's form with its hidden fields, and what was typed; the page that answers.</summary>
    private static async Task<string> PostAsync(HttpClient browser, string page, string form, params (string Name, string Value)[] typed)
    {
        var html = await browser.GetStringAsync(page);
        var fields = Hidden().Matches(html).GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => WebUtility.HtmlDecode(g.First().Groups[2].Value));
        fields["_handler"] = form;
        foreach (var (name, value) in typed)
        {
            fields[name] = value;
        }

        using var answer = await browser.PostAsync(page, new FormUrlEncodedContent(fields));
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Forgery();

    [GeneratedRegex("<code>http://localhost([^<]*/welcome[^<]+)</code>")]
    private static partial Regex Link();

    [GeneratedRegex("mlh_pat_[0-9A-Za-z]{60}")]
    private static partial Regex Token();

    [GeneratedRegex(@"<[a-z][^>]*\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)[^>]*>|href=""javascript", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();
}
