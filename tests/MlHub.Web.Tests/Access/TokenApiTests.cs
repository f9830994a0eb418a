using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Adapters.Databases;

namespace MlHub.Web.Tests.Access;

public sealed class TokenApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly HttpMethod Get = HttpMethod.Get;
    private const string Call = "/api/2.0/mlflow/experiments/search?max_results=1";

    [Fact]
    public async Task A_token_opens_the_API_as_bearer_and_as_basic_password()
    {
        var token = await hub.GivenTokenAsync(hub.AnnAsCaller);

        foreach (var client in new[] { hub.Bearer(token), hub.Basic("ann", token), hub.Basic("ANN", token), hub.Basic("token", token), hub.Basic("__token__", token), hub.Basic("", token) })
        {
            Assert.Equal(200, (await client.AskAsync(Get, Call)).Status);
        }
    }

    [Fact]
    public async Task A_password_opens_the_API_as_basic_only()
    {
        Assert.Equal(200, (await hub.Basic("ann", TestHub.Password).AskAsync(Get, Call)).Status);
        Assert.Equal(200, (await hub.Basic("Ann", TestHub.Password).AskAsync(Get, Call)).Status);
        Assert.Equal(401, (await hub.Bearer(TestHub.Password).AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task A_password_with_colons_and_other_letters_is_read_whole()
    {
        const string password = "ä:b::c – correct horse: ";
        await using (var scope = hub.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<MlHub.Web.Access.People>().CreateAsync(Caller.System, "colon", password, false, default);
        }

        Assert.Equal(200, (await hub.Basic("colon", password).AskAsync(Get, Call)).Status);
        Assert.Equal(401, (await hub.Basic("colon", password.Trim()).AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task Somebody_elses_name_does_not_go_with_a_token()
    {
        var token = await hub.GivenTokenAsync(hub.AnnAsCaller);

        Assert.Equal(401, (await hub.Basic("bob", token).AskAsync(Get, Call)).Status);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer mlh_pat_")]
    [InlineData("Basic")]
    [InlineData("Basic !!!not-base64!!!")]
    [InlineData("Basic YW5u")]
    [InlineData("Basic Og==")]
    [InlineData("Digest username=ann")]
    [InlineData("mlh_pat_x")]
    public async Task A_header_that_is_no_credential_is_401(string header)
    {
        using var client = hub.CreateClient(new() { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        var answer = await client.AskAsync(Get, Call);

        Assert.Equal((401, "UNAUTHENTICATED"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(67)]
    public async Task A_token_with_one_other_letter_is_wrong(int place)
    {
        var token = new StringBuilder(await hub.GivenTokenAsync(hub.AnnAsCaller));
        token[place] = token[place] == 'a' ? 'b' : 'a';

        Assert.Equal(401, (await hub.Bearer(token.ToString()).AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task Another_secret_under_a_known_id_is_wrong_even_with_the_right_checksum()
    {
        var real = await hub.GivenTokenAsync(hub.AnnAsCaller);
        string forged;
        do
        {
            forged = TokenText.Create().Text;
        }
        while (forged[^1] == real[^1]);

        Assert.False(TokenText.TryParse(real[..30] + forged[30..], out _, out _));
        Assert.Equal(401, (await hub.Bearer(forged).AskAsync(Get, Call)).Status);
        Assert.Equal(401, (await hub.Bearer(real[..30] + forged[30..]).AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_from_the_next_call_on()
    {
        var tokens = hub.Services.GetRequiredService<AccessTokens>();
        var made = await tokens.CreateAsync(hub.AnnAsCaller, "short-lived", Scopes.Training, TimeSpan.FromDays(1), default);
        using var client = hub.Bearer(made.Text);
        Assert.Equal(200, (await client.AskAsync(Get, Call)).Status);

        await tokens.RevokeAsync(hub.AnnAsCaller, made.Token.Id, default);

        Assert.Equal(401, (await client.AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task A_token_revoked_on_another_node_is_refused_soon()
    {
        var changes = new CredentialChanges();
        var otherNode = new AccessTokens(hub.Services.GetRequiredService<HubDbFactory>(), changes, TimeProvider.System);
        var made = await otherNode.CreateAsync(hub.AnnAsCaller, "elsewhere", Scopes.Training, TimeSpan.FromDays(1), default);
        using var client = hub.Bearer(made.Text);
        Assert.Equal(200, (await client.AskAsync(Get, Call)).Status);

        await otherNode.RevokeAsync(hub.AnnAsCaller, made.Token.Id, default);

        Assert.Equal(1, changes.Count);
        await Eventually.TrueAsync(async () => (await client.AskAsync(Get, Call)).Status == 401);
    }

    [Fact]
    public async Task An_expired_token_is_refused_also_while_it_is_remembered()
    {
        var clock = new TestClock();
        using var own = new TestHub { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        using var client = own.Bearer(await own.GivenTokenAsync(await own.GivenUserAsync("ann"), Scopes.Training, TimeSpan.FromSeconds(10)));
        Assert.Equal(200, (await client.AskAsync(Get, Call)).Status);

        clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(401, (await client.AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task Nobody_but_its_owner_and_administrators_revokes_a_token()
    {
        var tokens = hub.Services.GetRequiredService<AccessTokens>();
        var made = await tokens.CreateAsync(hub.AnnAsCaller, "mine", Scopes.Training, TimeSpan.FromDays(1), default);

        var refusal = await Assert.ThrowsAsync<HubException>(() => tokens.RevokeAsync(new Caller(Guid.NewGuid(), "eve"), made.Token.Id, default));

        Assert.Equal(HubError.NotFound, refusal.Error);
        Assert.Equal(200, (await hub.Bearer(made.Text).AskAsync(Get, Call)).Status);
    }

    [Fact]
    public async Task The_secret_of_a_token_is_nowhere_on_the_disk()
    {
        Assert.SkipUnless(TestHub.Database == DatabaseProvider.Sqlite, "The data directory holds the database on SQLite only.");
        var tokens = hub.Services.GetRequiredService<AccessTokens>();
        var made = await tokens.CreateAsync(hub.AnnAsCaller, "to be searched for", Scopes.Training, TimeSpan.FromDays(1), default);
        Assert.Equal(200, (await hub.Bearer(made.Text).AskAsync(Get, Call)).Status);
        Assert.True(TokenText.TryParse(made.Text, out var id, out _));

        var files = Directory.EnumerateFiles(hub.DataDirectory, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "lock").Select(Shared).ToList();

        Assert.Contains(files, f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)) >= 0);
        Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes(made.Text.Substring(30, 32))) >= 0);
        Assert.DoesNotContain(files, f => f.AsSpan().IndexOf(Encoding.UTF8.GetBytes(TestHub.Password)) >= 0);
    }

    [Fact]
    public void A_tokens_text_has_a_prefix_an_id_a_secret_and_a_checksum()
    {
        var texts = Enumerable.Range(0, 200).Select(_ => TokenText.Create().Text).ToList();

        Assert.All(texts, t => Assert.Matches("^mlh_pat_[0-9A-Za-z]{60}$", t));
        Assert.All(texts, t => Assert.True(TokenText.TryParse(t, out _, out _)));
        Assert.Equal(200, texts.Select(t => t.Substring(8, 22)).Distinct().Count());
        Assert.DoesNotContain(texts, t => TokenText.TryParse(t + "x", out _, out _) || TokenText.TryParse(t[1..], out _, out _));
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }
}
