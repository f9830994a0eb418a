using Bunit;
using MlHub.Web.Ui;

namespace MlHub.Web.Tests.Ui;

public sealed class LongTextTests : BunitContext
{
    [Fact]
    public void A_short_value_is_shown_as_it_is() => Assert.Equal("0.5", Render<LongText>(p => p.Add(c => c.Text, "0.5")).Markup.Trim());

    [Fact]
    public void A_long_value_shows_its_beginning_and_holds_all_of_it()
    {
        var text = new string('x', 159) + "🧠" + new string('y', 5000);

        var shown = Render<LongText>(p => p.Add(c => c.Text, text));

        Assert.Equal(new string('x', 159) + "…", shown.Find("summary span").TextContent);
        Assert.Equal("All 5,161 characters", shown.Find("summary .more").TextContent);
        Assert.Contains(text, shown.Find("details").TextContent);
    }
}
