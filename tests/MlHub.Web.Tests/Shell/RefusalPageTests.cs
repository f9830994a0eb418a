using Bunit;
using Microsoft.AspNetCore.Http;
using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Shell;

/// <summary>The page in place of one that is refused.</summary>
public sealed class RefusalPageTests : BunitContext
{
    [Theory]
    [InlineData(200, "404", "There is nothing here")]
    [InlineData(404, "404", "There is nothing here")]
    [InlineData(403, "403", "You may not do this")]
    [InlineData(429, "429", "Too much at once")]
    [InlineData(400, "400", "This could not be read")]
    public void It_tells_what_happened(int status, string number, string title)
    {
        var page = Render<NotFoundPage>(p => p.AddCascadingValue<HttpContext>(new DefaultHttpContext { Response = { StatusCode = status } }));

        Assert.Equal((number, title), (page.Find(".mono").TextContent, page.Find("h1").TextContent));
    }
}
