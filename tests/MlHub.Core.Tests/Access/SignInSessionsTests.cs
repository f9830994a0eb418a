using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Access;

public sealed class SignInSessionsTests
{
    private readonly TestClock _clock = new();

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_session_ends_when_nobody_uses_it_and_in_any_case_after_seven_days(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (sessions, ann) = (new SignInSessions(database.Hub, _clock), await database.GivenUserAsync("ann"));
        await sessions.AddAsync(Session("idle", ann), default);
        await sessions.AddAsync(Session("busy", ann), default);

        for (var hours = 0; hours < 24 * 7; hours += 7)
        {
            Assert.NotNull(await sessions.SeenOrNullAsync("busy", default));
            _clock.Advance(TimeSpan.FromHours(7));
            await sessions.RenewAsync("busy", [2], _clock.GetUtcNow() + TimeSpan.FromHours(8), default);
        }

        Assert.False(await sessions.IsAliveAsync("idle", default));
        Assert.False(await sessions.IsAliveAsync("busy", default));
        Assert.Null(await sessions.SeenOrNullAsync("busy", default));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_has_ended_is_not_renewed(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (sessions, ann) = (new SignInSessions(database.Hub, _clock), await database.GivenUserAsync("ann"));
        await sessions.AddAsync(Session("one", ann), default);

        await sessions.EndAsync(ann, "one", default);
        await sessions.RenewAsync("one", [2], _clock.GetUtcNow() + TimeSpan.FromHours(8), default);

        Assert.Null(await sessions.SeenOrNullAsync("one", default));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Nobody_ends_the_session_of_another_but_an_administrator(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var sessions = new SignInSessions(database.Hub, _clock);
        var (ann, bob) = (await database.GivenUserAsync("ann"), await database.GivenUserAsync("bob"));
        await sessions.AddAsync(Session("anns", ann), default);

        await sessions.EndAsync(bob, "anns", default);
        await sessions.EndOthersAsync(bob, null, default);
        var refused = await Assert.ThrowsAsync<HubException>(() => sessions.EndAllAsync(bob, new() { Id = ann.Id, UserName = "ann" }, default));

        Assert.Equal(HubError.Denied, refused.Error);
        Assert.True(await sessions.IsAliveAsync("anns", default));
        await sessions.EndAllAsync(GivenPeople.Admin, new() { Id = ann.Id, UserName = "ann" }, default);
        Assert.False(await sessions.IsAliveAsync("anns", default));
    }

    [Fact]
    public async Task The_session_used_least_makes_room_for_one_too_many()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sessions, ann) = (new SignInSessions(database.Hub, _clock), await database.GivenUserAsync("ann"));
        for (var i = 0; i <= Limits.SessionsPerUser; i++)
        {
            await sessions.AddAsync(Session($"{i}", ann), default);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        var kept = await sessions.ListAsync(ann, default);

        Assert.Equal(Enumerable.Range(1, Limits.SessionsPerUser).Reverse().Select(i => $"{i}"), kept.Select(s => s.Id));
    }

    [Fact]
    public async Task The_time_of_last_use_is_written_once_in_five_minutes()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (sessions, ann) = (new SignInSessions(database.Hub, _clock), await database.GivenUserAsync("ann"));
        var began = _clock.GetUtcNow();
        await sessions.AddAsync(Session("one", ann), default);

        _clock.Advance(TimeSpan.FromMinutes(4));
        await sessions.SeenOrNullAsync("one", default);
        Assert.Equal(began, (await sessions.ListAsync(ann, default))[0].SeenAt);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await sessions.SeenOrNullAsync("one", default);

        Assert.Equal(began + TimeSpan.FromMinutes(5), (await sessions.ListAsync(ann, default))[0].SeenAt);
    }

    private SignInSession Session(string id, Caller who) => new()
    {
        Id = id,
        UserId = who.Id,
        Ticket = [1],
        CreatedAt = _clock.GetUtcNow(),
        SeenAt = _clock.GetUtcNow(),
        ExpiresAt = _clock.GetUtcNow() + TimeSpan.FromHours(8),
    };
}
