using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.LoggedModels;

/// <summary>Finding one logged model on somebody's behalf.</summary>
internal static class LoggedModelQueries
{
    /// <exception cref="HubException">NotFound where it is absent, deleted or unreadable, in the same words; Denied where the right is missing.</exception>
    public static async Task<LoggedModel> LoggedModelAsync(this HubDb db, Caller caller, string modelId, Permission needed, CancellationToken cancel)
    {
        var model = await db.LoggedModels.FirstOrDefaultAsync(m => m.ModelId == modelId && !m.IsDeleted, cancel);
        var has = model is null ? Permission.None : await db.PermissionAsync(caller, model.ExperimentId, cancel);
        ExperimentAccess.Require(caller, has, needed, Absent(modelId), $"logged model {modelId}");
        return model!;
    }

    /// <summary>The words for a model that does not exist, or not for whoever asks.</summary>
    public static string Absent(string modelId) => $"Logged model with ID '{LogRules.Shown(modelId)}' not found.";
}
