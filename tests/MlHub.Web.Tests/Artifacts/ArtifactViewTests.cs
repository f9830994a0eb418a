using Bunit;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Tests.Artifacts;

public sealed class ArtifactViewTests : BunitContext
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>";

    [Fact]
    public void Text_is_shown_letter_by_letter()
    {
        var view = RenderView(new TextPreview(Hostile + "\nsecond", true));

        Assert.Equal(Hostile + "\nsecond", view.Find("pre.text").TextContent);
        Assert.Equal("1\n2", view.Find("pre.lines").TextContent);
        Assert.Empty(view.FindAll("img, script"));
    }

    [Fact]
    public void Cells_and_headers_are_shown_letter_by_letter()
    {
        var view = RenderView(new TablePreview([Hostile], [[Hostile]], false));

        Assert.Equal(Hostile, view.Find("tbody td:nth-child(2)").TextContent);
        Assert.Empty(view.FindAll("img, script"));
    }

    [Fact]
    public void A_picture_comes_from_the_address_of_the_bytes()
    {
        var picture = RenderView(new PicturePreview()).Find("img");

        Assert.Equal(("/get-artifact?run_id=1&path=a.png", "a\".png"), (picture.GetAttribute("src"), picture.GetAttribute("alt")));
    }

    [Fact]
    public void An_array_tells_its_shape_and_what_is_no_number()
    {
        var view = RenderView(new ArrayPreview(new([100, 2], 0, [0, 50], [1, 2, 3, double.NaN])));

        Assert.Contains("(100, 2)", view.Markup, StringComparison.Ordinal);
        Assert.Contains("1 not a number", view.Markup, StringComparison.Ordinal);
        Assert.Equal(["0", "1", "2", "50", "3", "NaN"], view.FindAll("tbody td").Select(c => c.TextContent));
        Assert.Contains("2 of 100 rows are shown", view.Find(".viewer-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_is_framed_without_an_origin_and_its_text_is_only_text()
    {
        var view = RenderView(new PagePreview(Hostile, true));

        Assert.Equal(("allow-scripts", "/get-artifact?run_id=1&path=a.png&as=page"), (view.Find("iframe").GetAttribute("sandbox"), view.Find("iframe").GetAttribute("src")));
        Assert.Empty(view.FindAll("img, script"));
    }

    [Fact]
    public void A_first_part_says_so() => Assert.Contains("first part", RenderView(new TextPreview("x", false)).Markup);

    private IRenderedComponent<ArtifactView> RenderView(ArtifactPreview preview) =>
        Render<ArtifactView>(p => p.Add(c => c.Preview, preview).Add(c => c.Url, "/get-artifact?run_id=1&path=a.png").Add(c => c.Name, "a\".png"));
}
