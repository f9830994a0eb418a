using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;

namespace MlHub.Web.Tests.Access;

/// <summary>What a person may ask of a token of their own.</summary>
public sealed class TokenRulesTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private AccessTokens Tokens => hub.Services.GetRequiredService<AccessTokens>();

    [Theory]
    [InlineData(1, true)]
    [InlineData(Limits.TokenName, true)]
    [InlineData(Limits.TokenName + 1, false)]
    [InlineData(0, false)]
    public async Task A_token_has_a_name_of_some_length(int length, bool good) =>
        Assert.Equal(good, await IsMadeAsync(hub.AnnAsCaller, new string('n', length), Scopes.Training, Day));

    [Theory]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    public async Task A_name_is_not_blank_and_has_one_line(string name) =>
        Assert.False(await IsMadeAsync(hub.AnnAsCaller, name, Scopes.Training, Day));

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(365 * 24 * 3600, true)]
    [InlineData((365 * 24 * 3600) + 1, false)]
    public async Task A_token_lives_a_year_at_most(int seconds, bool good) =>
        Assert.Equal(good, await IsMadeAsync(hub.AnnAsCaller, "n", Scopes.Training, TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(Scopes.None, false)]
    [InlineData(Scopes.Admin, false)]
    [InlineData(Scopes.All, false)]
    [InlineData(Scopes.All & ~Scopes.Admin, true)]
    [InlineData((Scopes)(1 << 30), false)]
    [InlineData((Scopes)(-1), false)]
    public async Task A_token_may_do_no_more_than_its_owner(Scopes scopes, bool good) =>
        Assert.Equal(good, await IsMadeAsync(hub.AnnAsCaller, "n", scopes, Day));

    [Fact]
    public async Task A_person_has_so_many_usable_tokens_and_no_more()
    {
        var collector = await hub.GivenUserAsync("collector");
        var first = await Tokens.CreateAsync(collector, "0", Scopes.Training, Day, default);
        for (var i = 1; i < Limits.TokensPerUser; i++)
        {
            await Tokens.CreateAsync(collector, $"{i}", Scopes.Training, Day, default);
        }

        var above = await IsMadeAsync(collector, "one more", Scopes.Training, Day);
        await Tokens.RevokeAsync(collector, first.Token.Id, default);
        var afterRevoking = await IsMadeAsync(collector, "one more", Scopes.Training, Day);

        Assert.Equal((false, true), (above, afterRevoking));
    }

    [Fact]
    public async Task A_person_sees_their_own_tokens_only()
    {
        await Tokens.CreateAsync(hub.AnnAsCaller, "anns", Scopes.Training, Day, default);
        var stranger = await hub.GivenUserAsync("stranger");

        Assert.Empty(await Tokens.ListAsync(stranger, default));
    }

    private async Task<bool> IsMadeAsync(Caller owner, string name, Scopes scopes, TimeSpan life)
    {
        try
        {
            await Tokens.CreateAsync(owner, name, scopes, life, default);
            return true;
        }
        catch (HubException refusal)
        {
            Assert.Equal(HubError.Invalid, refusal.Error);
            return false;
        }
    }
}
