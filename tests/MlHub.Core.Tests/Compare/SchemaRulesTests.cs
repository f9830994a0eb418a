using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Reviews;
using MlHub.Scoring.Signatures;

namespace MlHub.Core.Tests.Compare;

/// <summary>Signatures as MLmodel files hold them, and what a change of one means for those who call the version before.</summary>
public sealed class SchemaRulesTests
{
    private const string Rooms = """{"type": "long", "name": "rooms", "required": true}""";
    private const string Area = """{"type": "double", "name": "area", "required": true}""";
    private const string MaybeArea = """{"type": "double", "name": "area", "required": false}""";
    private const string Price = """{"type": "double", "name": "price", "required": true}""";

    [Theory]
    [InlineData("the same", $"{Rooms}, {Area}", $"{Rooms}, {Area}", SchemaVerdict.Identical)]
    [InlineData("a new required input", Rooms, $"{Rooms}, {Area}", SchemaVerdict.Breaking)]
    [InlineData("a new optional input", Rooms, $"{Rooms}, {MaybeArea}", SchemaVerdict.Compatible)]
    [InlineData("a removed input", $"{Rooms}, {Area}", Rooms, SchemaVerdict.Breaking)]
    [InlineData("a removed optional input", $"{Rooms}, {MaybeArea}", Rooms, SchemaVerdict.Breaking)]
    [InlineData("an input that becomes required", $"{Rooms}, {MaybeArea}", $"{Rooms}, {Area}", SchemaVerdict.Breaking)]
    [InlineData("an input that becomes optional", $"{Rooms}, {Area}", $"{Rooms}, {MaybeArea}", SchemaVerdict.Compatible)]
    [InlineData("another order of named columns", $"{Rooms}, {Area}", $"{Area}, {Rooms}", SchemaVerdict.Compatible)]
    [InlineData("another order of columns without names", """{"type": "long"}, {"type": "string"}""", """{"type": "string"}, {"type": "long"}""", SchemaVerdict.Breaking)]
    public void Inputs_decide(string what, string before, string after, SchemaVerdict verdict) =>
        Assert.Equal((what, verdict), (what, SchemaRules.Compare(Model(before), Model(after)).Verdict));

    [Theory]
    [InlineData("a removed output", $"{Price}, {Area}", Price, SchemaVerdict.Breaking)]
    [InlineData("a new output", Price, $"{Price}, {Area}", SchemaVerdict.Compatible)]
    [InlineData("an output that may be missing", $"{Price}, {Area}", $"{Price}, {MaybeArea}", SchemaVerdict.Breaking)]
    [InlineData("a narrower output", """{"type": "double", "name": "p"}""", """{"type": "float", "name": "p"}""", SchemaVerdict.Compatible)]
    [InlineData("a wider output", """{"type": "float", "name": "p"}""", """{"type": "double", "name": "p"}""", SchemaVerdict.Breaking)]
    [InlineData("a retyped output", """{"type": "float", "name": "p"}""", """{"type": "string", "name": "p"}""", SchemaVerdict.Breaking)]
    public void Outputs_decide(string what, string before, string after, SchemaVerdict verdict) =>
        Assert.Equal((what, verdict), (what, SchemaRules.Compare(Model(Rooms, before), Model(Rooms, after)).Verdict));

    [Theory]
    [InlineData(""" "type": "integer" """, """ "type": "long" """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "integer" """, """ "type": "double" """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "float" """, """ "type": "double" """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "string" """, """ "type": "any" """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "long" """, """ "type": "integer" """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "long" """, """ "type": "double" """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "string" """, """ "type": "double" """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, SchemaVerdict.Identical)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [5, 13]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [5, 13]} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 14]} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 13, 1]} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]} """, """ "type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1]} """, """ "type": "float" """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "array", "items": {"type": "integer"} """, """ "type": "array", "items": {"type": "long"} """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "array", "items": {"type": "long"} """, """ "type": "array", "items": {"type": "string"} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "map", "values": {"type": "float"} """, """ "type": "map", "values": {"type": "double"} """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "object", "properties": {"a": {"type": "long", "required": true}} """, """ "type": "object", "properties": {"a": {"type": "long", "required": true}, "b": {"type": "long", "required": false}} """, SchemaVerdict.Compatible)]
    [InlineData(""" "type": "object", "properties": {"a": {"type": "long", "required": true}} """, """ "type": "object", "properties": {"a": {"type": "long", "required": true}, "b": {"type": "long", "required": true}} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "object", "properties": {"a": {"type": "long", "required": true}} """, """ "type": "object", "properties": {} """, SchemaVerdict.Breaking)]
    [InlineData(""" "type": "object", "properties": {"a": {"type": "long", "required": false}} """, """ "type": "object", "properties": {"a": {"type": "long", "required": true}} """, SchemaVerdict.Breaking)]
    public void A_type_may_only_widen(string from, string to, SchemaVerdict verdict) =>
        Assert.Equal(verdict, SchemaRules.Compare(Model($$"""{"name": "x", {{from}}}"""), Model($$"""{"name": "x", {{to}}}""")).Verdict);

    [Fact]
    public void A_policy_may_let_inputs_go_but_nothing_else()
    {
        PromotionPolicy lenient = new() { AllowRemovedInputs = true };
        var removed = SchemaRules.Compare(Model($"{Rooms}, {Area}"), Model(Rooms));
        var replaced = SchemaRules.Compare(Model(Area), Model(Rooms));

        Assert.Equal(SchemaVerdict.Compatible, removed.Under(lenient).Verdict);
        Assert.Equal(SchemaVerdict.Breaking, removed.Under(new()).Verdict);
        Assert.Equal(SchemaVerdict.Breaking, replaced.Under(lenient).Verdict);
    }

    [Fact]
    public void A_param_has_a_default_so_a_new_one_breaks_nothing_and_another_type_does()
    {
        const string Temperature = """{"name": "temperature", "type": "float", "default": 0.5, "shape": null}""";
        var before = Model(Rooms, Price, Temperature);

        Assert.Equal(SchemaVerdict.Compatible, SchemaRules.Compare(Model(Rooms), before).Verdict);
        Assert.Equal(SchemaVerdict.Compatible, SchemaRules.Compare(before, Model(Rooms)).Verdict);
        Assert.Equal(SchemaVerdict.Breaking, SchemaRules.Compare(before, Model(Rooms, Price, Temperature.Replace("float", "string", StringComparison.Ordinal))).Verdict);
        Assert.Equal(SchemaVerdict.Breaking, SchemaRules.Compare(before, Model(Rooms, Price, Temperature.Replace("null", "[-1]", StringComparison.Ordinal))).Verdict);
    }

    [Fact]
    public void Each_field_says_what_changed_and_why()
    {
        var fields = SchemaRules.Compare(Model($"{Rooms}, {MaybeArea}"), Model($$"""{{Area}}, {{Rooms}}, {"type": "string", "name": "city"}""")).Fields.Where(f => f.Part == SignaturePart.Inputs);

        Assert.Equal(
            [
                ("rooms", Difference.Moved, SchemaVerdict.Compatible, "in another place; it is found by its name"),
                ("area", Difference.Changed, SchemaVerdict.Breaking, "was optional, is required"),
                ("city", Difference.Added, SchemaVerdict.Breaking, "new and required: callers do not send it yet"),
            ],
            fields.Select(f => (f.Name, f.Kind, f.Verdict, f.Note)));
    }

    [Fact]
    public void Without_a_signature_nothing_can_be_said_but_that_one_was_lost()
    {
        var (none, some) = (ModelFile.ReadOrNull("flavors: {}"), Model(Rooms));

        Assert.Equal((SchemaVerdict.Unknown, false), Known(SchemaRules.Compare(none, some)));
        Assert.Equal((SchemaVerdict.Unknown, false), Known(SchemaRules.Compare(null, none)));
        Assert.Equal((SchemaVerdict.Unknown, true), Known(SchemaRules.Compare(some, none)));
        Assert.Equal((SchemaVerdict.Unknown, true), Known(SchemaRules.Compare(some, null)));

        static (SchemaVerdict, bool) Known(SchemaComparison comparison) => (comparison.Verdict, comparison.LosesSignature);
    }

    private static ModelFile Model(string inputs, string outputs = Price, string parameters = "") => ModelFile.ReadOrNull(
        $$"""
        flavors: {}
        signature:
          inputs: '[{{inputs}}]'
          outputs: '[{{outputs}}]'
          params: '[{{parameters}}]'
        """)!;
}
