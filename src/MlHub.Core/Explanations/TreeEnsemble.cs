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

    /// <summary>The ensemble that answers the file's question, for one target; null where the file is more or something else than an ensemble of trees.</summary>
    /// <exception cref="InvalidDataException">The trees are not well-formed.</exception>
    public static TreeEnsemble? ReadOrNull(OnnxFile file, int target = 0)
    {
        // Operators before the trees would change the features; those after them only the form of the answer.
        var node = file.Nodes.FirstOrDefault(n => n.Operator is "TreeEnsembleRegressor" or "TreeEnsembleClassifier");
        return node is not null && file.Nodes.Count(n => n.Operator == node.Operator) == 1 && file.Inputs is [var input] && node.Inputs is [var taken] && taken == input.Name
            ? new OnnxTrees(node).Read(target)
            : null;
    }
}
