using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>
/// A sum of trees and a constant, as the operators TreeEnsembleRegressor and TreeEnsembleClassifier of ONNX's <c>ai.onnx.ml</c> hold it
/// (onnx.ai, "Operators: ai.onnx.ml"). Of a classifier it is the score before it is made a probability.
/// </summary>
/// <param name="Trees">The trees of one target or class.</param>
/// <param name="BaseValue">What is added to their sum.</param>
/// <param name="Features">How many features there are at least.</param>
public sealed record TreeEnsemble(IReadOnlyList<DecisionTree> Trees, double BaseValue, int Features)
{
    /// <summary>For one row.</summary>
    public double Predict(ReadOnlySpan<double> row)
    {
        var sum = BaseValue;
        foreach (var tree in Trees)
        {
            sum += tree.Predict(row);
        }

        return sum;
    }

    /// <summary>The ensembles of all targets or classes of an operator, in their order; of two classes there may be the second alone.</summary>
    /// <exception cref="InvalidDataException">The trees are not well-formed, or more than is read.</exception>
    public static IReadOnlyList<TreeEnsemble> ReadAll(OnnxNode node)
    {
        var trees = new OnnxTrees(node);
        return trees.Targets > Limits.ExplainedOutputs
            ? throw new InvalidDataException($"The model has {trees.Targets} outputs; up to {Limits.ExplainedOutputs} are explained.")
            : [.. Enumerable.Range(0, trees.Targets).Select(trees.Read)];
    }
}
