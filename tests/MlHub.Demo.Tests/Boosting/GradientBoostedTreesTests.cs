using MlHub.Demo.Boosting;

namespace MlHub.Demo.Tests.Boosting;

public sealed class GradientBoostedTreesTests
{
    private static readonly BoostingOptions Usual = new() { Iterations = 120, MaxDepth = 3, LearningRate = 0.1, RowSample = 0.7 };

    [Fact]
    public void Trees_predict_unseen_homes_far_better_than_the_mean_price_does()
    {
        DataSplit data = Sacramento.Split;

        BoostingStep last = Fit(Usual).Last();

        double mean = data.Training.Targets.Average();
        double baseline = RegressionScores.Of(data.Validation.Targets, [.. Enumerable.Repeat(mean, data.Validation.Count)]).Rmse;
        Assert.True(last.Validation.Rmse < 0.7 * baseline, $"{last.Validation.Rmse} against {baseline}");
        Assert.True(last.Validation.R2 > 0.5);
    }

    [Fact]
    public void Without_sampling_no_tree_makes_the_training_error_worse()
    {
        List<double> errors = [.. Fit(Usual with { RowSample = 1 }).Select(step => step.Training.Rmse)];

        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1e-3));
        Assert.True(errors[^1] < errors[0] / 2);
    }

    [Fact]
    public void Iterations_are_reported_one_by_one_from_1()
    {
        Assert.Equal(Enumerable.Range(1, 120), Fit(Usual).Select(step => step.Iteration));
    }

    [Fact]
    public void Whoever_stops_early_has_the_trees_so_far()
    {
        var trees = new GradientBoostedTrees(Usual);

        _ = trees.Fit(Sacramento.Split.Training, Sacramento.Split.Validation).Take(7).Count();

        Assert.Equal(7, trees.Model.Trees.Count);
    }

    [Fact]
    public void The_same_seed_gives_the_same_scores_and_another_seed_does_not()
    {
        Assert.Equal(Fit(Usual), Fit(Usual));
        Assert.NotEqual(Fit(Usual), Fit(Usual with { Seed = 2 }));
    }

    [Fact]
    public void The_model_predicts_what_the_last_scores_were_counted_from()
    {
        var trees = new GradientBoostedTrees(Usual);
        LabelledRows validation = Sacramento.Split.Validation;
        BoostingStep last = trees.Fit(Sacramento.Split.Training, validation).Last();

        RegressionScores again = RegressionScores.Of(validation.Targets, [.. validation.Features.Select(row => (double)trees.Model.Predict(row))]);

        Assert.Equal(last.Validation.Rmse, again.Rmse, 1.0);
    }

    [Fact]
    public void A_tree_is_no_deeper_and_its_leaves_no_smaller_than_allowed()
    {
        BoostingOptions options = Usual with { MaxDepth = 4, MinLeafRows = 20, RowSample = 1, Iterations = 10 };
        var trees = new GradientBoostedTrees(options);
        IReadOnlyList<float[]> rows = Sacramento.Split.Training.Features;
        _ = trees.Fit(Sacramento.Split.Training, Sacramento.Split.Validation).Count();

        Assert.All(trees.Model.Trees, tree =>
        {
            Assert.True(Depth(tree, 0) <= 4);
            Assert.All(rows.GroupBy(row => LeafOf(tree, row)), leaf => Assert.True(leaf.Count() >= 20));
        });
    }

    [Fact]
    public void Size_matters_most_and_the_shares_add_up_to_one()
    {
        var trees = new GradientBoostedTrees(Usual);
        _ = trees.Fit(Sacramento.Split.Training, Sacramento.Split.Validation).Count();

        IReadOnlyList<double> shares = trees.Model.FeatureImportance(HouseFeatures.Names.Count);

        Assert.Equal(1, shares.Sum(), 1e-9);
        Assert.Equal("sqft", HouseFeatures.Names[shares.Index().MaxBy(share => share.Item).Index]);
    }

    [Fact]
    public void One_split_finds_a_step_exactly()
    {
        LabelledRows step = new([.. Enumerable.Range(0, 40).Select(x => new float[] { x })], [.. Enumerable.Range(0, 40).Select(x => x < 15 ? 10f : 30f)]);
        var trees = new GradientBoostedTrees(new() { Iterations = 1, MaxDepth = 1, LearningRate = 1 });

        BoostingStep only = trees.Fit(step, step).Single();

        Assert.Equal(14.5f, trees.Model.Trees[0].Nodes[0].Threshold);
        Assert.Equal(0, only.Training.Rmse, 1e-4);
    }

    private static List<BoostingStep> Fit(BoostingOptions options) =>
        [.. new GradientBoostedTrees(options).Fit(Sacramento.Split.Training, Sacramento.Split.Validation)];

    private static int Depth(RegressionTree tree, int node) => tree.Nodes[node].IsLeaf
        ? 0
        : 1 + Math.Max(Depth(tree, tree.Nodes[node].Left), Depth(tree, tree.Nodes[node].Right));

    private static int LeafOf(RegressionTree tree, float[] row)
    {
        int at = 0;
        while (!tree.Nodes[at].IsLeaf)
        {
            at = row[tree.Nodes[at].Feature] <= tree.Nodes[at].Threshold ? tree.Nodes[at].Left : tree.Nodes[at].Right;
        }

        return at;
    }
}
