using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Testing;

/// <summary>Puts models, versions and grants straight into the database of a test.</summary>
public static class RegistryGivens
{
    public static async Task<RegisteredModel> GivenModelAsync(this HubDb db, string name, Caller? owner = null)
    {
        var now = DateTimeOffset.UtcNow;
        var model = new RegisteredModel
        {
            PublicId = Guid.CreateVersion7().ToString("N"),
            Name = name,
            NormalizedName = name.ToUpperInvariant(),
            CreatedBy = owner?.Name ?? "system",
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Add(model);
        await db.SaveChangesAsync();
        if (owner is not null)
        {
            await db.GivenGrantAsync(model, owner, RegistryPermission.Manage);
        }

        return model;
    }

    public static async Task<ModelVersion> GivenVersionAsync(this HubDb db, RegisteredModel model, Stage stage = Stage.None, Caller? author = null)
    {
        var now = DateTimeOffset.UtcNow;
        var known = await db.RegisteredModels.SingleAsync(m => m.Id == model.Id);
        var version = new ModelVersion
        {
            ModelId = model.Id,
            Number = ++known.LastVersion,
            CreatedBy = author?.Name ?? model.CreatedBy,
            CreatedAt = now,
            UpdatedAt = now,
            Source = "s3://somewhere/model",
        };
        version.MoveTo(stage, now);
        db.Add(version);
        await db.SaveChangesAsync();
        return version;
    }

    /// <summary>A grant on the model or, without one, on the registry's root.</summary>
    public static async Task GivenGrantAsync(this HubDb db, RegisteredModel? model, Caller user, RegistryPermission permission)
    {
        db.Add(new RegistryGrant { ModelId = model?.Id, UserId = user.Id, Permission = permission });
        await db.SaveChangesAsync();
    }
}
