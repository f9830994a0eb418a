using MlHub.Demo.Boosting;

namespace MlHub.Demo;

/// <summary>A run to make: its name, what it is meant to show, and its hyper-parameters; a live one is slowed down so that it can be watched.</summary>
public sealed record TrainingPlan(string Name, string Purpose, BoostingOptions Boosting, bool Live = false, ModelRelease? Release = null)
{
    /// <summary>How many of the training rows there were yet; null for all.</summary>
    public int? TrainingRows { get; init; }

    /// <summary>The columns that the model is trained on, in the order of <see cref="HouseFeatures.Names"/>.</summary>
    public IReadOnlyList<string> Features { get; init; } = HouseFeatures.Names;

    private static readonly BoostingOptions SmallerSteps = new() { Iterations = 350, MaxDepth = 3, LearningRate = 0.05, MinLeafRows = 5, RowSample = 0.8 };

    public static IReadOnlyList<TrainingPlan> Defaults { get; } =
    [
        new(
            "shallow-steady",
            "Stumps of depth 2 at a modest rate, on the sales of the first days: simple, hard to overfit.",
            new() { Iterations = 200, MaxDepth = 2, LearningRate = 0.1, MinLeafRows = 5 },
            Release: new(Stages: ["Staging", "Production"])) { TrainingRows = 520 },
        new(
            "balanced",
            "Depth 3, each tree sees seven of ten rows: the usual starting point.",
            new() { Iterations = 150, MaxDepth = 3, LearningRate = 0.1, MinLeafRows = 5, RowSample = 0.7 },
            Release: new("champion", Stages: ["Staging", "Production"])),
        new(
            "deep-sampled",
            "Depth 4 with half of the rows a tree: does sampling pay for the depth?",
            new() { Iterations = 150, MaxDepth = 4, LearningRate = 0.08, MinLeafRows = 8, RowSample = 0.5 },
            Release: new("challenger", "Deeper trees on half of the rows: please compare the validation error before you decide.", "Staging")),
        new(
            "slow-and-careful",
            "A low rate needs more trees; has it arrived after 200?",
            new() { Iterations = 200, MaxDepth = 4, LearningRate = 0.03, MinLeafRows = 5, RowSample = 0.8 },
            Release: new()),
        new(
            "deep-memoriser",
            "Depth 6 and leaves of two homes: learns the training rows by heart, watch the gap to validation.",
            new() { Iterations = 120, MaxDepth = 6, LearningRate = 0.2, MinLeafRows = 2 }),
        new(
            "rate-too-high",
            "On purpose a bad idea: at a rate of 1.6 each tree overshoots what it should correct.",
            new() { Iterations = 80, MaxDepth = 3, LearningRate = 1.6, MinLeafRows = 5, RowSample = 0.6 }),
        new(
            "watch-me-learn",
            "Slowed down so that the curves can be watched while they grow.",
            new() { Iterations = 400, MaxDepth = 3, LearningRate = 0.03, MinLeafRows = 5, RowSample = 0.7 },
            Live: true),
    ];

    /// <summary>What is logged once a bot listens: a version that it asks into Production, and one that lost two columns on the way.</summary>
    public static IReadOnlyList<TrainingPlan> ForTheBot { get; } =
    [
        new(
            "smaller-steps",
            "Half the rate and more than twice the trees of the balanced one: the same road in smaller steps.",
            SmallerSteps,
            Release: new()),
        new(
            "without-the-place",
            "Somebody tidied the training data, and where a home stands went with it.",
            SmallerSteps,
            Release: new()) { Features = [.. HouseFeatures.Names.Where(name => name is not ("latitude" or "longitude"))] },
    ];
}
