using MlHub.Web.Shell;

namespace MlHub.Web.Tests.Shell;

public sealed class HubUrlsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/experiments/1?filter=a%20%3D%20'b'")]
    public void Paths_of_this_site_are_gone_back_to(string url) => Assert.Equal(url, HubUrls.LocalOrHome(url));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("experiments")]
    [InlineData(" /experiments")]
    public void Anything_else_leads_home(string? url) => Assert.Equal(HubUrls.Home, HubUrls.LocalOrHome(url));

    [Fact]
    public void What_people_name_is_escaped() =>
        Assert.Equal("/experiments/1/runs/a%2Fb?tab=artifacts&path=x%26y%20z", HubUrls.RunArtifact(1, "a/b", "x&y z"));
}
