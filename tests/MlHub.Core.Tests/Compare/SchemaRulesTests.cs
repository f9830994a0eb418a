using MlHub.Artifacts;
using MlHub.Compare;

namespace MlHub.Core.Tests.Compare;

public sealed class SchemaRulesTests
{
    private static readonly SignatureField Rooms = new("rooms", "long", true), Area = new("area", "double", true), Price = new("price", "double", true);

    [Fact]
    public void The_same_signature_is_compatible() => Assert.True(Compared([Rooms, Area], [Rooms, Area]).IsCompatible);

    [Fact]
    public void A_new_input_breaks_only_where_it_is_required()
    {
        Assert.False(Compared([Rooms], [Rooms, Area]).IsCompatible);
        Assert.True(Compared([Rooms], [Rooms, Area with { Required = false }]).IsCompatible);
    }

    [Fact]
    public void An_input_that_is_no_longer_used_breaks_nothing() => Assert.True(Compared([Rooms, Area], [Rooms]).IsCompatible);

    [Fact]
    public void An_input_that_becomes_required_breaks()
    {
        Assert.False(Compared([Rooms with { Required = false }], [Rooms]).IsCompatible);
        Assert.True(Compared([Rooms], [Rooms with { Required = false }]).IsCompatible);
    }

    [Fact]
    public void An_output_must_stay_and_may_get_company()
    {
        Assert.False(Compared([], [], [Price, Area], [Price]).IsCompatible);
        Assert.True(Compared([], [], [Price], [Price, Area]).IsCompatible);
        Assert.False(Compared([], [], [Price], [Price with { Required = false }]).IsCompatible);
    }

    [Fact]
    public void An_output_must_fit_where_the_old_one_fitted()
    {
        Assert.True(Compared([], [], [Price], [Price with { Type = "float" }]).IsCompatible);
        Assert.False(Compared([], [], [Price with { Type = "float" }], [Price]).IsCompatible);
    }

    [Theory]
    [InlineData("integer", "long", true)]
    [InlineData("float", "double", true)]
    [InlineData("string", "any", true)]
    [InlineData("long", "integer", false)]
    [InlineData("long", "double", false)]
    [InlineData("string", "double", false)]
    [InlineData("float32[-1,13]", "float32[-1,13]", true)]
    [InlineData("float32[5,13]", "float32[-1,13]", true)]
    [InlineData("float32[-1,13]", "float32[5,13]", false)]
    [InlineData("float32[-1,13]", "float32[-1,14]", false)]
    [InlineData("float32[-1,13]", "float64[-1,13]", false)]
    [InlineData("float32[broken", "float64[-1]", false)]
    public void A_type_may_only_widen(string from, string to, bool fits) =>
        Assert.Equal(fits, Compared([Rooms with { Type = from }], [Rooms with { Type = to }]).IsCompatible);

    [Fact]
    public void Without_a_signature_nothing_can_be_said_unless_there_was_one_before()
    {
        var (none, some) = (Model([], []), Model([Rooms], []));

        Assert.Equal((false, true), Known(SchemaRules.Compare(none, some)));
        Assert.Equal((false, true), Known(SchemaRules.Compare(null, none)));
        Assert.Equal((false, false), Known(SchemaRules.Compare(some, none)));
        Assert.Equal((false, false), Known(SchemaRules.Compare(some, null)));

        static (bool, bool) Known(SchemaComparison comparison) => (comparison.IsKnown, comparison.IsCompatible);
    }

    private static SchemaComparison Compared(
        SignatureField[] inputs, SignatureField[] newInputs, SignatureField[]? outputs = null, SignatureField[]? newOutputs = null) =>
        SchemaRules.Compare(Model(inputs, outputs ?? [Price]), Model(newInputs, newOutputs ?? [Price]));

    private static ModelFile Model(SignatureField[] inputs, SignatureField[] outputs) => new(
        null, null, null, null, [],
        [.. new (string, IReadOnlyList<SignatureField> Fields)[] { ("Inputs", inputs), ("Outputs", outputs) }.Where(p => p.Fields.Count > 0)], false);
}
