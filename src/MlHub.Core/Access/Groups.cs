using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>A group and the names of its members, in order.</summary>
public sealed record GroupDetails(Group Group, IReadOnlyList<string> Members);

/// <summary>The groups of the hub, for administrators.</summary>
public sealed class Groups(HubDbFactory hub, TimeProvider clock)
{
    public async Task<List<GroupDetails>> ListAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var groups = await db.Groups.AsNoTracking().OrderBy(g => g.NormalizedName).Take(Limits.Groups).ToListAsync(cancel);
        var members = await db.GroupMembers.Join(db.Users, m => m.UserId, u => u.Id, (m, u) => new { m.GroupId, u.UserName, u.NormalizedUserName })
            .OrderBy(m => m.NormalizedUserName).ToListAsync(cancel);
        var byGroup = members.ToLookup(m => m.GroupId, m => m.UserName!);
        return [.. groups.Select(g => new GroupDetails(g, [.. byGroup[g.Id]]))];
    }

    public Task<Group> CreateAsync(Caller caller, string name, CancellationToken cancel)
    {
        caller.RequireAdmin();
        name = Checked(name);
        return hub.WriteAsync(
            async db =>
            {
                if (await db.Groups.CountAsync(cancel) >= Limits.Groups)
                {
                    throw HubException.Invalid($"There are already {Limits.Groups} groups.");
                }

                await RequireFreeNameAsync(db, name, cancel);
                var now = clock.GetUtcNow();
                var group = new Group { Id = Guid.CreateVersion7(), Name = name, NormalizedName = name.ToUpperInvariant(), CreatedAt = now };
                db.Add(group);
                db.Record(caller, now, EventKinds.GroupCreated, name, after: new { name });
                return group;
            },
            cancel);
    }

    public Task RenameAsync(Caller caller, string name, string newName, CancellationToken cancel)
    {
        newName = Checked(newName);
        return ChangeAsync(
            caller, name,
            async (db, group, now) =>
            {
                if (!string.Equals(group.Name, newName, StringComparison.OrdinalIgnoreCase))
                {
                    await RequireFreeNameAsync(db, newName, cancel);
                }

                db.Record(caller, now, EventKinds.GroupRenamed, newName, before: new { group.Name }, after: new { Name = newName });
                (group.Name, group.NormalizedName) = (newName, newName.ToUpperInvariant());
            },
            cancel);
    }

    /// <summary>Takes with it what the group was given.</summary>
    public Task DeleteAsync(Caller caller, string name, CancellationToken cancel) =>
        ChangeAsync(
            caller, name,
            async (db, group, now) =>
            {
                var members = await db.GroupMembers.Where(m => m.GroupId == group.Id).Join(db.Users, m => m.UserId, u => u.Id, (_, u) => u.UserName).ToListAsync(cancel);
                db.Remove(group);
                db.Record(caller, now, EventKinds.GroupDeleted, group.Name, before: new { group.Name, members });
            },
            cancel);

    /// <summary>Repeating it is harmless.</summary>
    public Task AddMemberAsync(Caller caller, string name, string userName, CancellationToken cancel) =>
        ChangeAsync(
            caller, name,
            async (db, group, now) =>
            {
                var user = await db.UserAsync(userName, cancel);
                if (await db.GroupMembers.AnyAsync(m => m.GroupId == group.Id && m.UserId == user.Id, cancel))
                {
                    return;
                }

                if (await db.GroupMembers.CountAsync(m => m.GroupId == group.Id, cancel) >= Limits.MembersPerGroup)
                {
                    throw HubException.Invalid($"A group has at most {Limits.MembersPerGroup} members.");
                }

                db.Add(new GroupMember { GroupId = group.Id, UserId = user.Id });
                db.Record(caller, now, EventKinds.GroupMemberAdded, group.Name, after: new { group = group.Name, member = user.UserName });
            },
            cancel);

    /// <summary>Repeating it is harmless.</summary>
    public Task RemoveMemberAsync(Caller caller, string name, string userName, CancellationToken cancel) =>
        ChangeAsync(
            caller, name,
            async (db, group, now) =>
            {
                var user = await db.UserAsync(userName, cancel);
                if (await db.GroupMembers.FirstOrDefaultAsync(m => m.GroupId == group.Id && m.UserId == user.Id, cancel) is { } member)
                {
                    db.Remove(member);
                    db.Record(caller, now, EventKinds.GroupMemberRemoved, group.Name, before: new { group = group.Name, member = user.UserName });
                }
            },
            cancel);

    private Task ChangeAsync(Caller caller, string name, Func<HubDb, Group, DateTimeOffset, Task> change, CancellationToken cancel)
    {
        caller.RequireAdmin();
        return hub.WriteAsync(async db => await change(db, await db.GroupAsync(name, cancel), clock.GetUtcNow()), cancel);
    }

    private static string Checked(string name)
    {
        name = name.Trim();
        return name.Length is 0 or > Limits.GroupName || name.Any(char.IsControl)
            ? throw HubException.Invalid($"Invalid value for parameter 'name' supplied: a group's name has 1 to {Limits.GroupName} characters on one line.")
            : name;
    }

    private static async Task RequireFreeNameAsync(HubDb db, string name, CancellationToken cancel)
    {
        var normalized = name.ToUpperInvariant();
        if (await db.Groups.AnyAsync(g => g.NormalizedName == normalized, cancel))
        {
            throw HubException.AlreadyExists($"Group '{name}' already exists.");
        }
    }
}
