using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;

namespace MlHub.Bench;

/// <summary>Forests of 200 boosted trees over eight columns, and what they are asked: one row.</summary>
internal static class BoostedForest
{
    private const int Trees = 200, Depth = 4;

    public static readonly string[] Columns = [.. Enumerable.Range(0, 8).Select(i => $"c{i}")];

    private static string Inputs => $"[{string.Join(", ", Columns.Select(c => $"{{\"type\": \"double\", \"name\": \"{c}\", \"required\": true}}"))}]";

    private static string Body =>
        $$$"""{"dataframe_split": {"columns": [{{{string.Join(", ", Columns.Select(c => $"\"{c}\""))}}}], "data": [[{{{string.Join(", ", Columns.Select((_, i) => $"0.{i}"))}}}]]}}""";

    public static byte[] Onnx(int seed) => OnnxModel.Write(Forest(seed), Columns);

    public static ServedModel On(HubProcess hub, string name) => new(hub, name, Inputs, Body);

    private static TreeEnsemble Forest(int seed)
    {
        var random = new Random(seed);
        return new(1, [.. Enumerable.Range(0, Trees).Select(_ => new RegressionTree([.. Enumerable.Range(0, (1 << (Depth + 1)) - 1).Select(i => i < (1 << Depth) - 1
            ? TreeNode.Branch(random.Next(Columns.Length), random.NextSingle(), (2 * i) + 1, (2 * i) + 2, 0)
            : TreeNode.Leaf(random.NextDouble()))]))]);
    }
}
