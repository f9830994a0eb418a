using Microsoft.EntityFrameworkCore;

namespace MlHub.Access;

/// <summary>What one caller may do with each of many models, from one reading of their grants.</summary>
internal sealed class ModelReach
{
    private readonly RegistryPermission _root;
    private readonly Dictionary<long, RegistryPermission> _own;

    private ModelReach(RegistryPermission root, Dictionary<long, RegistryPermission> own) => (_root, _own) = (root, own);

    /// <summary>The models that the caller may read; null for every model there is.</summary>
    public IReadOnlyList<long>? Readable => _root >= RegistryPermission.Read ? null : [.. _own.Keys];

    /// <param name="db">Where to look.</param>
    /// <param name="caller">Whose reach it is.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<ModelReach> ReadAsync(HubDb db, Caller caller, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return new(RegistryPermission.Manage, []);
        }

        var read = await db.GrantsOf(caller).Where(g => g.Permission >= RegistryPermission.Read)
            .Select(g => new { g.ModelId, g.Permission }).ToListAsync(cancel);
        return new(
            read.Where(g => g.ModelId is null).Select(g => g.Permission).DefaultIfEmpty().Max(),
            read.Where(g => g.ModelId is not null).GroupBy(g => g.ModelId!.Value).ToDictionary(g => g.Key, g => g.Max(x => x.Permission)));
    }

    /// <summary>For one model, of which it is known already.</summary>
    public static ModelReach Of(FoundModel found) => new(RegistryPermission.None, new() { [found.Model.Id] = found.Permission });

    public RegistryPermission On(long modelId) =>
        _own.TryGetValue(modelId, out var permission) && permission > _root ? permission : _root;
}
