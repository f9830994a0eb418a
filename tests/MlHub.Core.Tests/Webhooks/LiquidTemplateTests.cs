using System.Text.Json.Nodes;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

public sealed class LiquidTemplateTests
{
    private static readonly JsonObject Facts = new() { ["type"] = "comment.created", ["data"] = new JsonObject { ["name"] = "price", ["size"] = 3, ["comment"] = "say \"hi\"" } };

    [Theory]
    [InlineData("""{"model":{{ data.name | json }},"said":{{ data.comment | json }}}""", """{"model":"price","said":"say \u0022hi\u0022"}""")]
    [InlineData("{% if type == 'comment.created' %}yes{% else %}no{% endif %}", "yes")]
    [InlineData("{% assign n = data.name | upcase %}{{ n }}{{ missing }}", "PRICE")]
    [InlineData("{% for c in (1..3) %}{{ c }}{% endfor %}", "123")]
    [InlineData("{% case data.name %}{% when 'price' %}p{% endcase %}", "p")]
    public void What_it_can_do(string template, string expected) => Assert.Equal(expected, LiquidTemplate.Parse(template).Render(Facts));

    [Theory]
    [InlineData("{% for a in (1..1000) %}{% for b in (1..1000) %}{% for c in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in (1..2000000000) %}{% endfor %}")]
    [InlineData("{% assign n = 2000000000 %}{% for a in (1..n) %}{% endfor %}")]
    [InlineData("{% assign r = (1..2000000000) %}{{ r | size }}")]
    [InlineData("{{ (1..2000000000) | size }}")]
    [InlineData("{% if type contains (1..2000000000) %}{% endif %}")]
    [InlineData("{% if (1..2000000000) contains 1 %}{% endif %}")]
    [InlineData("{% case 1 %}{% when (1..2000000000) %}{% endcase %}")]
    [InlineData("{{ type | append: (1..2000000000) }}")]
    [InlineData("{% assign a = 'xxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}")]
    [InlineData("{% for a in (1..90) %}{% for i in (1..90) %}0123456789{% endfor %}{% endfor %}")]
    [InlineData("{{ 1 | times: 9999999999999999999999 | times: 99999999999999 }}")]
    [InlineData("{{ 1 | divided_by: 0 }}")]
    public void What_asks_for_too_much_is_refused_and_costs_little(string template)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<HubException>(() => LiquidTemplate.Parse(template).Render(Facts));

        Assert.Equal(HubError.Invalid, refusal.Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }

    [Theory]
    [InlineData("{% include 'x' %}")]
    [InlineData("{% render 'x' %}")]
    [InlineData("{% capture a %}{% endcapture %}")]
    [InlineData("{% liquid assign a = 1 %}")]
    [InlineData("{{ 'a' | replace: 'a', 'b' }}")]
    [InlineData("{% if %}")]
    [InlineData("{{ data.name | nonsense }}")]
    public void What_the_language_does_not_have_here_is_refused(string template) =>
        Assert.Throws<HubException>(() => LiquidTemplate.Parse(template).Render(Facts));

    [Theory]
    [InlineData("{{ data.GetType }}{{ data.Keys }}{{ data.Comparer }}{{ type.Length }}{{ type.Chars }}")]
    [InlineData("{{ type.GetType.Assembly.Location }}")]
    public void Nothing_of_NET_is_within_reach(string template) => Assert.Equal("", LiquidTemplate.Parse(template).Render(Facts));

    [Fact]
    public void A_field_named_size_is_the_field() => Assert.Equal("3", LiquidTemplate.Parse("{{ data['size'] }}").Render(Facts));

    [Theory]
    [InlineData("{{", "a[", "a", "]", "}}")]
    [InlineData("{{", "a[", "", "", "")]
    [InlineData("{{", "(1..", "2", ")", "}}")]
    [InlineData("", "{%if a%}", "", "{%endif%}", "")]
    [InlineData("", "{% if a %}", "", "", "")]
    public void What_is_nested_without_end_does_not_reach_the_end_of_the_stack(string before, string open, string middle, string close, string after)
    {
        var times = (Limits.WebhookTemplate - 10) / (open.Length + close.Length);
        var text = before + string.Concat(Enumerable.Repeat(open, times)) + middle + string.Concat(Enumerable.Repeat(close, times)) + after;

        Assert.Contains("brackets", Assert.Throws<HubException>(() => LiquidTemplate.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_template_is_refused() => Assert.Throws<HubException>(() => LiquidTemplate.Parse(new string('x', Limits.WebhookTemplate + 1)));
}
