using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>Where people are signed in, and how they end that; programs' tokens are not sessions.</summary>
public sealed class SignInSessions(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>How exact the time is at which a session was last seen.</summary>
    public static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    /// <summary>However much it is used, a session ends after this long.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(7);

    /// <summary>One's own, the one used last first.</summary>
    public async Task<List<SignInSession>> ListAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await Alive(db).Where(s => s.UserId == caller.Id).OrderByDescending(s => s.SeenAt).ToListAsync(cancel);
    }

    public async Task<bool> IsAliveAsync(string id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await Alive(db).AnyAsync(s => s.Id == id, cancel);
    }

    /// <summary>Ends one of one's own sessions; ending it again is harmless.</summary>
    public Task EndAsync(Caller caller, string id, CancellationToken cancel) =>
        EndAsync(caller, caller.Name, db => db.SignInSessions.Where(s => s.UserId == caller.Id && s.Id == id), cancel);

    /// <summary>Ends all of one's own sessions but <paramref name="kept"/>.</summary>
    public Task EndOthersAsync(Caller caller, string? kept, CancellationToken cancel) =>
        EndAsync(caller, caller.Name, db => db.SignInSessions.Where(s => s.UserId == caller.Id && s.Id != kept), cancel);

    /// <summary>Ends all sessions of somebody.</summary>
    /// <exception cref="HubException">Denied unless by an administrator.</exception>
    public Task EndAllAsync(Caller caller, HubUser user, CancellationToken cancel)
    {
        caller.RequireAdmin();
        return EndAsync(caller, user.UserName!, db => db.SignInSessions.Where(s => s.UserId == user.Id), cancel);
    }

    /// <summary>Keeps a new session; the oldest of somebody with very many makes room for it.</summary>
    public Task AddAsync(SignInSession session, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                await db.SignInSessions.Where(s => s.ExpiresAt <= session.CreatedAt).ExecuteDeleteAsync(cancel);
                var surplus = await db.SignInSessions.Where(s => s.UserId == session.UserId).OrderByDescending(s => s.SeenAt).Skip(Limits.SessionsPerUser - 1).ToListAsync(cancel);
                db.RemoveRange(surplus);
                db.Add(session);
            },
            cancel);

    /// <summary>The session, noting that it was seen now; null where it has ended.</summary>
    public async Task<SignInSession?> SeenOrNullAsync(string id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        if (await Alive(db).FirstOrDefaultAsync(s => s.Id == id, cancel) is not { } session)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        if (now - session.SeenAt >= SeenEvery)
        {
            await ChangeAsync(id, s => s.SeenAt = now, cancel);
        }

        return session;
    }

    /// <summary>Goes on with another ticket; what has ended stays ended.</summary>
    public Task RenewAsync(string id, byte[] ticket, DateTimeOffset expiresAt, CancellationToken cancel) =>
        ChangeAsync(id, s => (s.Ticket, s.SeenAt, s.ExpiresAt) = (ticket, clock.GetUtcNow(), Earlier(expiresAt, s.CreatedAt + LongestLife)), cancel);

    /// <summary>Forgets a session whose person signs out.</summary>
    public Task RemoveAsync(string id, CancellationToken cancel) =>
        hub.WriteAsync(db => db.SignInSessions.Where(s => s.Id == id).ExecuteDeleteAsync(cancel), cancel);

    private Task ChangeAsync(string id, Action<SignInSession> change, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                if (await db.SignInSessions.FindAsync([id], cancel) is { } session)
                {
                    change(session);
                }
            },
            cancel);

    private Task EndAsync(Caller caller, string userName, Func<HubDb, IQueryable<SignInSession>> ended, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var sessions = await ended(db).ExecuteDeleteAsync(cancel);
                if (sessions > 0)
                {
                    db.Record(caller, clock.GetUtcNow(), EventKinds.UserSessionsEnded, userName, after: new { sessions });
                }
            },
            cancel);

    private IQueryable<SignInSession> Alive(HubDb db)
    {
        var now = clock.GetUtcNow();
        return db.SignInSessions.AsNoTracking().Where(s => s.ExpiresAt > now);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
