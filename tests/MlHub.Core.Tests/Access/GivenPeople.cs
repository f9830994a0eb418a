using MlHub.Access;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Access;

/// <summary>People and groups put straight into a test's database.</summary>
internal static class GivenPeople
{
    public static readonly Caller Admin = new(Guid.Empty, "root", IsAdmin: true);

    public static async Task<Caller> GivenUserAsync(this TestDatabase database, string name, bool isAdmin = false, bool isServiceAccount = false)
    {
        var user = new HubUser
        {
            Id = Guid.CreateVersion7(),
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            IsAdmin = isAdmin,
            IsServiceAccount = isServiceAccount,
        };
        await database.Hub.WriteAsync(db => Task.FromResult(db.Add(user)), default);
        return user.AsCaller();
    }

    public static async Task GivenGroupAsync(this TestDatabase database, string name, params Caller[] members)
    {
        var groups = new Groups(database.Hub, TimeProvider.System);
        await groups.CreateAsync(Admin, name, default);
        foreach (var member in members)
        {
            await groups.AddMemberAsync(Admin, name, member.Name, default);
        }
    }
}
