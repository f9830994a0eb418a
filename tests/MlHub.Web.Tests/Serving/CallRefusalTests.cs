using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>What a model says of a request, at the fields that its words name.</summary>
public sealed class CallRefusalTests
{
    private const string Before = "Failed to predict data '2 rows of ['a', 'b']'. \nError: Failed to enforce schema of data '2 rows of ['a', 'b']' with schema '['a': double (required), 'b': long (required)]'. Error: ";
    private static readonly string[] Fields = ["a", "b", "c d"];

    [Fact]
    public void Missing_ones_are_missing_in_each_row()
    {
        var refusal = new CallRefusal(Before + "Model is missing inputs ['b', 'c d']. Note that there were extra inputs: ['a'].", Fields);

        Assert.Equal((null, "It is missing.", "It is missing."), (refusal.Of(0, "a"), refusal.Of(0, "b"), refusal.Of(3, "c d")));
    }

    [Fact]
    public void A_value_is_wrong_in_its_row()
    {
        var refusal = new CallRefusal(Before + "Invalid input. Data is not compatible with model signature. Failed to convert column a to type 'float64'. Error: 'could not convert \"x\" to float' (row 1).", Fields);

        Assert.Equal((null, "Could not convert \"x\" to float.", null), (refusal.Of(0, "a"), refusal.Of(1, "a"), refusal.Of(1, "b")));
    }

    [Fact]
    public void A_fraction_in_a_column_of_whole_numbers_is_told_shortly()
    {
        var refusal = new CallRefusal(
            Before + "Invalid input. Data is not compatible with model signature. Failed to convert column b to type 'int64'. Error: '3.5 is no whole number' (row 0). Incompatible input types for column b. Can not safely convert float64 to int64.",
            Fields);

        Assert.Equal("3.5 is no whole number.", refusal.Of(0, "b"));
    }

    [Theory]
    [InlineData("Shape of input 'c d' (1, 2) does not match expected shape (-1, 3).")]
    [InlineData("Incompatible types for param 'c d'. Can not safely convert \"x\" to double.")]
    public void Tensors_and_params_are_found_by_their_names(string words)
    {
        Assert.Equal(words, new CallRefusal(Before + words, Fields).Of(0, "c d"));
        Assert.Equal(words, new CallRefusal(words, Fields).Of(0, "c d"));
    }

    [Fact]
    public void What_names_none_is_at_none() => Assert.True(new CallRefusal("The model's graph takes more than was sent.", Fields).IsEmpty);
}
