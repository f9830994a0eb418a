using Microsoft.Extensions.DependencyInjection;
using MlHub.Web.Access;

namespace MlHub.Web.Tests.Access;

public sealed class SetUpTests
{
    [Fact]
    public async Task A_set_up_code_makes_one_administrator_once()
    {
        using var hub = new TestHub();
        var setUp = hub.Services.GetRequiredService<SetUp>();
        var code = await CodeAsync(setUp);

        await setUp.CreateFirstAdminAsync(code, "ada", TestHub.Password, default);
        var again = await Assert.ThrowsAsync<HubException>(() => setUp.CreateFirstAdminAsync(code, "eve", TestHub.Password, default));
        var made = await hub.Basic("ada", TestHub.Password).PostedAsync("/users/create", new { username = "bob", password = TestHub.Password });

        Assert.Equal(HubError.Denied, again.Error);
        Assert.Equal(200, made.Status);
        Assert.False(setUp.IsOpen);
        Assert.Null(await setUp.BeginOrNullAsync(default));
    }

    [Fact]
    public async Task Two_at_once_cannot_both_use_the_code()
    {
        using var hub = new TestHub();
        var setUp = hub.Services.GetRequiredService<SetUp>();
        var code = await CodeAsync(setUp);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            await Record.ExceptionAsync(() => setUp.CreateFirstAdminAsync(code, $"admin{i}", TestHub.Password, default)))));

        Assert.Single(outcomes, o => o is null);
        await using var db = hub.Open();
        Assert.Equal(1, db.Users.Count());
    }

    [Fact]
    public async Task A_wrong_or_old_code_makes_nobody()
    {
        var clock = new TestClock();
        using var hub = new TestHub { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        var setUp = hub.Services.GetRequiredService<SetUp>();
        var code = await CodeAsync(setUp);

        var wrong = await Assert.ThrowsAsync<HubException>(() => setUp.CreateFirstAdminAsync(code[..^1] + "!", "eve", TestHub.Password, default));
        clock.Advance(TimeSpan.FromMinutes(31));
        var late = await Assert.ThrowsAsync<HubException>(() => setUp.CreateFirstAdminAsync(code, "eve", TestHub.Password, default));

        Assert.Equal((HubError.Denied, HubError.Denied), (wrong.Error, late.Error));
        await using var db = hub.Open();
        Assert.False(db.Users.Any());
    }

    [Fact]
    public async Task A_password_that_will_not_do_leaves_the_code_open()
    {
        using var hub = new TestHub();
        var setUp = hub.Services.GetRequiredService<SetUp>();
        var code = await CodeAsync(setUp);

        var weak = await Assert.ThrowsAsync<HubException>(() => setUp.CreateFirstAdminAsync(code, "ada", "admin", default));
        await setUp.CreateFirstAdminAsync(code, "ada", TestHub.Password, default);

        Assert.Equal(HubError.Invalid, weak.Error);
    }

    [Fact]
    public async Task Nobody_gets_in_with_the_passwords_of_other_products()
    {
        using var hub = new TestHub();

        foreach (var (user, password) in new[] { ("admin", "password"), ("admin", "password1234"), ("admin", "admin"), ("admin", ""), ("", ""), ("root", "root") })
        {
            Assert.Equal(401, (await hub.Basic(user, password).GotAsync("/experiments/search?max_results=1")).Status);
        }
    }

    /// <summary>The hub prints one as it starts, which must not come after this one.</summary>
    private static async Task<string> CodeAsync(SetUp setUp)
    {
        await Eventually.TrueAsync(() => setUp.IsOpen);
        return (await setUp.BeginOrNullAsync(default))!;
    }
}
