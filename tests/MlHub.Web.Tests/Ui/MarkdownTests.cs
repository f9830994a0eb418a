using Bunit;
using MlHub.Web.Ui;

namespace MlHub.Web.Tests.Ui;

public sealed class MarkdownTests : BunitContext
{
    [Fact]
    public void Headings_lists_tables_and_marks_are_shown()
    {
        var shown = Render<Markdown>(p => p.Add(c => c.Text, "# Title\n\nSome **bold** and `code`\n\n* one\n* two\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |"));

        Assert.Equal("Title", shown.Find("h3").TextContent);
        Assert.Equal(("bold", "code"), (shown.Find("p b").TextContent, shown.Find("p code").TextContent));
        Assert.Equal(["one", "two"], shown.FindAll("li").Select(l => l.TextContent.Trim()));
        Assert.Equal(["1", "2"], shown.FindAll("td").Select(c => c.TextContent.Trim()));
    }

    [Fact]
    public void Numbered_lists_quotes_and_emphasis_by_underscores_are_shown_as_such()
    {
        var shown = Render<Markdown>(p => p.Add(c => c.Text, "a _soft_ snake_case_name\n> it\n> diverged\n\n1. one\n2. two\n- dash"));

        Assert.Equal("soft", shown.Find("p em").TextContent);
        Assert.Contains("snake_case_name", shown.Find("p").TextContent);
        Assert.Equal("it diverged", shown.Find("blockquote").TextContent);
        Assert.Equal(["one", "two"], shown.FindAll("ol li").Select(l => l.TextContent));
        Assert.Equal(["dash"], shown.FindAll("ul li").Select(l => l.TextContent));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("**<img src=x onerror=alert(1)>**")]
    [InlineData("[a](javascript:alert(1))")]
    [InlineData("[a](data:text/html,x)")]
    [InlineData("![a](https://evil.example/x.png)")]
    public void Nothing_in_a_text_can_act(string text)
    {
        var shown = Render<Markdown>(p => p.Add(c => c.Text, text));

        Assert.Empty(shown.FindAll("script, img, a[href^=javascript], a[href^=data]"));
    }

    [Fact]
    public void A_link_opens_by_itself_and_tells_nothing_of_us()
    {
        var link = Render<Markdown>(p => p.Add(c => c.Text, "see [the paper](https://arxiv.org/abs/1)")).Find("a");

        Assert.Equal(("https://arxiv.org/abs/1", "noopener noreferrer nofollow"), (link.GetAttribute("href"), link.GetAttribute("rel")));
    }

    [Fact]
    public void An_excerpt_has_no_marks() => Assert.Equal("What it is worth", MarkdownText.Excerpt("# Prices\n\nWhat it is **worth**\n\n* list"));
}
