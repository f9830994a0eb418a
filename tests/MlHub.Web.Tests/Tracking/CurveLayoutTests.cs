using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

public sealed class CurveLayoutTests
{
    [Theory]
    [InlineData("?tab=metrics&saved=-", "")]
    [InlineData("?find=rmse&axis=time&tab=metrics&smoothing=0.6&log=1&path=x", "axis=time&smoothing=0.6&log=1&find=rmse")]
    [InlineData("?axis=step&find=a%26b%3D%22", "axis=step&find=a%26b%3D%22")]
    [InlineData("", "")]
    public void A_layout_is_what_the_address_says_of_the_curves_in_one_spelling(string address, string layout)
    {
        Assert.Equal(layout, CurveLayout.Of(address));
        Assert.Equal(layout, CurveLayout.Of(layout));
    }
}
