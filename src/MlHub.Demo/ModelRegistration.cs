using MlHub.Demo.Mlflow;

namespace MlHub.Demo;

/// <summary>Registers finished models, moves them through the stages, and leaves one waiting for somebody's decision.</summary>
internal sealed class ModelRegistration(MlflowClient client, DemoOptions options, TextWriter log)
{
    private const string Production = "Production";

    private const string Card =
        """
        What is a home in the Sacramento area worth? Used to check asking prices before a home is listed; **not** for
        mortgages or taxes.

        ## Training data

        * 932 real sales of five days, a fifth of them kept back for validation
        * No sale outside of Sacramento, no luxury homes: above $800,000 the model guesses too low

        ## How good it is

        | What | Meaning |
        | --- | --- |
        | `val_rmse` | the usual error in US dollars, on homes the model has not seen |
        | `val_r2` | the share of the price differences that it explains |

        ## Whom to ask

        The pricing team. A version needs somebody else's approval before it goes to Production.
        """;

    private bool _isThere;

    public async Task RegisterAsync(TrainingPlan plan, DemoRun run, CancellationToken cancellation)
    {
        if (plan.Release is not { } release || run.Status != "FINISHED")
        {
            return;
        }

        try
        {
            await MakeModelAsync(cancellation);
            string version = await client.CreateModelVersionAsync(options.ModelName, $"runs:/{run.RunId}/model", run.RunId, plan.Purpose, cancellation);
            await ReleaseAsync(version, release, cancellation);
            await client.ExplainAsync(options.ModelName, version, cancellation);
            await client.ServeAsync(options.ModelName, cancellation);
            await log.WriteLineAsync($"{plan.Name} is {options.ModelName} version {version}");
        }
        catch (MlflowException refusal)
        {
            await log.WriteLineAsync($"{plan.Name} could not be registered: {refusal.Message}");
        }
    }

    private async Task MakeModelAsync(CancellationToken cancellation)
    {
        if (_isThere)
        {
            return;
        }

        try
        {
            await client.CreateModelAsync(options.ModelName, Card, [new("team", "pricing"), new("mlhub.key_metric", "val_rmse")], cancellation);
            foreach (string reviewer in options.ShareWith)
            {
                await client.ShareModelAsync(options.ModelName, reviewer, "CAN_MANAGE_PRODUCTION_VERSIONS", cancellation);
            }
        }
        catch (MlflowException refusal) when (refusal.ErrorCode == "RESOURCE_ALREADY_EXISTS")
        {
            // Trained again by force: the new versions follow the old ones.
        }

        _isThere = true;
    }

    private async Task ReleaseAsync(string version, ModelRelease release, CancellationToken cancellation)
    {
        foreach (string stage in release.Stages)
        {
            await client.TransitionAsync(options.ModelName, version, stage, archiveExisting: stage == Production, cancellation);
        }

        if (release.Alias is { } alias)
        {
            await client.SetAliasAsync(options.ModelName, alias, version, cancellation);
        }

        if (release.Asked is { } comment)
        {
            await client.RequireSecondPersonAsync(options.ModelName, Production, cancellation);
            await client.RequestTransitionAsync(options.ModelName, version, Production, comment, cancellation);
        }
    }
}
