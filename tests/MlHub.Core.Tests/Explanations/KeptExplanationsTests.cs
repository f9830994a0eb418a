using MlHub.Access;
using MlHub.Adapters;
using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

public sealed class KeptExplanationsTests : IDisposable
{
    private static readonly ExplanationFile Model = new("model/model.onnx", "aa", 1, false), Sample = new("sample.csv", "bb", 1, false);

    private readonly string _folder = Directory.CreateTempSubdirectory("mlhub-kept-").FullName;

    [Fact]
    public void What_was_computed_is_there_after_a_restart_with_every_digit()
    {
        var computed = new Explanation(["rooms", "size"], [new("price", 0.1, [[1.0 / 3, double.NaN], [double.PositiveInfinity, -2]]) { Errors = [0.5, 0.25] }], [0, 4], 9)
        {
            Inputs = [[1, 2], [3, double.NaN]],
            Method = "exact",
        };
        New().KeepComputed(Job("cc"), computed);

        var found = New().FindOrNull("cc")!;

        Assert.Equal(computed.Features, found.Features);
        Assert.Equal(computed.Rows, found.Rows);
        Assert.Equal((9, "exact"), (found.AllRows, found.Method));
        Assert.Equal(computed.Outputs[0].Values, found.Outputs[0].Values);
        Assert.Equal(("price", 0.1), (found.Outputs[0].Name, found.Outputs[0].BaseValue));
        Assert.Equal(computed.Outputs[0].Errors, found.Outputs[0].Errors);
        Assert.Equal(computed.Inputs, found.Inputs);
        Assert.Null(New().FindOrNull("dd"));
    }

    [Fact]
    public void It_is_found_by_the_files_that_it_was_made_of_and_by_no_others()
    {
        New().KeepComputed(Job("cc"), new(["rooms"], [new("price", 0, [[1]])], [0], 1));

        Assert.NotNull(New().OfFilesOrNull(new([Model, Sample])));
        Assert.Null(New().OfFilesOrNull(new([Model, Sample with { Digest = "other" }])));
        Assert.Null(New().OfFilesOrNull(new([Model])));
    }

    [Fact]
    public void What_was_only_read_is_not_kept()
    {
        New().Keep("cc", new(["rooms"], [new("price", 0, [[1]])], [0], 1));

        Assert.Null(New().FindOrNull("cc"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>As after a start.</summary>
    private KeptExplanations New() => new(new KeptFiles(_folder, TimeProvider.System));

    private static ExplanationJob Job(string key) => new(key, Model, Sample, null, Caller.Local);
}
