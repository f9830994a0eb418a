using System.Globalization;
using System.Text;
using MlHub.Demo.Mlflow;
using MlHub.Demo.Onnx;
using MlHub.Demo.Pictures;

namespace MlHub.Demo;

/// <summary>What a finished model leaves behind: its folder, a picture, tables and a note.</summary>
internal sealed class Evaluation(TrainingPlan plan, LabelledRows validation, FittedModel fitted)
{
    private const int ExampleRows = 3;
    private const int SampleRows = 25;

    private readonly float[] _predictions = [.. validation.Features.Select(row => fitted.Model.Predict(row))];

    public IReadOnlyList<ArtifactFile> Files =>
    [
        ArtifactFile.OfText("feature_importance.csv", FeatureImportance()),
        ArtifactFile.OfText("predictions_sample.csv", PredictionsSample()),
        ArtifactFile.OfText("explanations_sample.csv", ExplanationsSample()),
        new ArtifactFile("residuals.png", PriceScatter.Draw(plan.Name, validation.Targets, _predictions)),
        ArtifactFile.OfText("notes.md", Notes),
    ];

    public string Notes => string.Create(CultureInfo.InvariantCulture, $"""
        ## {plan.Name}

        {plan.Purpose}

        | on {validation.Count} homes kept back | RMSE | MAE | R² |
        | --- | ---: | ---: | ---: |
        | this model | ${fitted.Last.Validation.Rmse:N0} | ${fitted.Last.Validation.Mae:N0} | {fitted.Last.Validation.R2:0.000} |
        | the mean price for every home | ${fitted.Baseline.Rmse:N0} | ${fitted.Baseline.Mae:N0} | {fitted.Baseline.R2:0.000} |

        On the training homes the RMSE is ${fitted.Last.Training.Rmse:N0}. The lowest validation RMSE, ${fitted.Best.Validation.Rmse:N0}, was seen at iteration {fitted.Best.Iteration} of {fitted.Last.Iteration}; the model keeps all of them.

        """);

    public MlflowModelFolder ModelFolder(string runId, DateTimeOffset created) => new(
        runId,
        created,
        OnnxModel.Write(fitted.Model, plan.Features),
        ModelColumn.Floats(plan.Features),
        ModelColumn.Floats([OnnxModel.OutputName]),
        [.. validation.Features.Take(ExampleRows)]);

    private string FeatureImportance()
    {
        var csv = new StringBuilder("feature,gain_share\n");
        IReadOnlyList<double> shares = fitted.Model.FeatureImportance(plan.Features.Count);
        foreach ((string name, double share) in plan.Features.Zip(shares).OrderByDescending(feature => feature.Second))
        {
            csv.Append(CultureInfo.InvariantCulture, $"{name},{share:0.000000}\n");
        }

        return csv.ToString();
    }

    /// <summary>The homes kept back: what the model gives their features is told on its page.</summary>
    private string ExplanationsSample()
    {
        var csv = new StringBuilder().AppendJoin(',', plan.Features).Append('\n');
        foreach (float[] row in validation.Features)
        {
            csv.AppendJoin(',', row.Select(value => value.ToString(CultureInfo.InvariantCulture))).Append('\n');
        }

        return csv.ToString();
    }

    private string PredictionsSample()
    {
        var csv = new StringBuilder().AppendJoin(',', plan.Features).Append(",price,predicted_price,error\n");
        for (int row = 0; row < Math.Min(SampleRows, validation.Count); row++)
        {
            float price = validation.Targets[row];
            csv.AppendJoin(',', validation.Features[row].Select(value => value.ToString(CultureInfo.InvariantCulture)));
            csv.Append(CultureInfo.InvariantCulture, $",{price},{_predictions[row]:0},{_predictions[row] - price:0}\n");
        }

        return csv.ToString();
    }
}
