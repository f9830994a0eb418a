using Microsoft.EntityFrameworkCore;

namespace MlHub.Access;

/// <summary>The rule of <see cref="RegistryAccess"/> the other way round: who may, instead of may they.</summary>
public static class RegistryPeople
{
    /// <summary>The people who have at least <paramref name="needed"/> on a model; no service accounts, nobody disabled.</summary>
    public static IQueryable<HubUser> PeopleWho(this HubDb db, long modelId, RegistryPermission needed) =>
        db.Users.Where(u => !u.IsDisabled && !u.IsServiceAccount && (u.IsAdmin || db.RegistryGrants.Any(
            g => (g.ModelId == null || g.ModelId == modelId) && g.Permission >= needed
                && (g.UserId == u.Id || db.GroupMembers.Any(m => m.UserId == u.Id && m.GroupId == g.GroupId)))));
}
