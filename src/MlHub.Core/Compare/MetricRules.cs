using System.Text.RegularExpressions;

namespace MlHub.Compare;

/// <summary>Which way a metric is better, told from its name, and whether it got worse.</summary>
public static partial class MetricRules
{
    private static readonly HashSet<string> Lower = new(StringComparer.Ordinal)
    {
        "loss", "logloss", "error", "errors", "err", "rmse", "mse", "mae", "mape", "smape", "wape", "mase", "rmsle", "msle", "mad", "nll", "entropy", "crossentropy",
        "perplexity", "ppl", "wer", "cer", "fpr", "fnr", "brier", "deviance", "divergence", "aic", "bic", "hinge", "residual", "regret", "latency", "cost", "fid",
    };

    private static readonly HashSet<string> Higher = new(StringComparer.Ordinal)
    {
        "acc", "accuracy", "auc", "auroc", "auprc", "roc", "prauc", "r2", "r2score", "rsquared", "f1", "f2", "fbeta", "fscore", "precision", "recall", "sensitivity", "specificity",
        "tpr", "tnr", "score", "map", "ndcg", "mrr", "bleu", "rouge", "iou", "miou", "dice", "kappa", "mcc", "gini", "lift", "likelihood", "reward", "psnr", "ssim", "explained",
    };

    public static MetricDirection DirectionOf(string metric)
    {
        var words = Words().Matches(metric.Replace("r_squared", "rsquared", StringComparison.OrdinalIgnoreCase).Replace("²", "2", StringComparison.Ordinal))
            .Select(w => w.Value.ToLowerInvariant()).ToList();
        var negated = words.Any(w => w is "neg" or "negative");
        // An error stays one whatever it is an error of: precision_loss.
        return words.Any(Lower.Contains) ? (negated ? MetricDirection.HigherIsBetter : MetricDirection.LowerIsBetter)
            : words.Any(Higher.Contains) ? (negated ? MetricDirection.LowerIsBetter : MetricDirection.HigherIsBetter)
            : MetricDirection.Unknown;
    }

    /// <summary>How the candidate's value stands to the baseline's, where a change within the tolerance (a part of the baseline's value) counts as none.</summary>
    public static MetricTrend Trend(double candidate, double baseline, MetricDirection direction, double tolerance = 0)
    {
        if (candidate.Equals(baseline))
        {
            return MetricTrend.Same;
        }

        if (direction == MetricDirection.Unknown || double.IsNaN(baseline))
        {
            return MetricTrend.Unknown;
        }

        if (double.IsNaN(candidate))
        {
            return MetricTrend.Worse;
        }

        var gain = direction == MetricDirection.LowerIsBetter ? baseline - candidate : candidate - baseline;
        // Of zero there are no parts: there the tolerance is the change itself.
        return Math.Abs(gain) <= tolerance * (baseline == 0 ? 1 : Math.Abs(baseline)) ? MetricTrend.Same : gain > 0 ? MetricTrend.Better : MetricTrend.Worse;
    }

    [GeneratedRegex("[a-z]+[0-9]*|[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z]+[0-9]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
