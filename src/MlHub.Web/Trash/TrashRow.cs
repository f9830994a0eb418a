using System.Globalization;
using MlHub.Trash;
using MlHub.Web.Shell;
using MlHub.Web.Ui;

namespace MlHub.Web.Trash;

/// <summary>A line of the trash page, whichever kind it is.</summary>
/// <param name="Id">By which the forms name it.</param>
/// <param name="Name">What it was called.</param>
/// <param name="About">Its experiment, or how many runs it holds.</param>
/// <param name="DeletedBy">Null where MlHub did not keep it yet.</param>
/// <param name="DeletedAt">When it was deleted.</param>
/// <param name="Size">What deleting it for ever frees.</param>
/// <param name="Url">Its page.</param>
/// <param name="IsPurged">Whether it is being deleted for ever already.</param>
public sealed record TrashRow(string Id, string Name, string About, string? DeletedBy, DateTimeOffset DeletedAt, TrashSize Size, string Url, bool IsPurged)
{
    public static TrashRow Of(TrashedRun run) => new(
        run.Run.RunId, run.Run.Name, $"in {run.ExperimentName}", run.Run.DeletedBy, run.Run.DeletedAt!.Value, run.Size,
        HubUrls.Run(run.Run.ExperimentId, run.Run.RunId), false);

    public static TrashRow Of(TrashedExperiment one) => new(
        one.Experiment.Id.ToString(CultureInfo.InvariantCulture), one.Experiment.Name, one.Runs == 1 ? "1 run" : $"{Format.Count(one.Runs)} runs",
        one.Experiment.DeletedBy, one.Experiment.DeletedAt ?? one.Experiment.UpdatedAt, one.Size, HubUrls.Experiment(one.Experiment.Id), one.Experiment.IsPurged);
}
