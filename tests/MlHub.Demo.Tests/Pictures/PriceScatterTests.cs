using MlHub.Demo.Pictures;

namespace MlHub.Demo.Tests.Pictures;

public sealed class PriceScatterTests
{
    [Fact]
    public void The_picture_is_a_whole_png_of_800_by_600()
    {
        var png = new PngReader(PriceScatter.Draw("balanced", [100_000, 250_000], [120_000, 200_000]));

        Assert.Equal(["IHDR", "IDAT", "IEND"], png.Chunks);
        Assert.Equal((800, 600), (png.Width, png.Height));
        Assert.Equal(600 * (1 + 3 * 800), png.Rows.Length);
    }

    [Fact]
    public void Pixels_come_back_as_they_were_given()
    {
        byte[] rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 1, 2, 3];

        var png = new PngReader(PngImage.Encode(2, 2, rgb));

        Assert.Equal([(255, 0, 0), (0, 255, 0), (0, 0, 255), (1, 2, 3)], new[] { png.Pixel(0, 0), png.Pixel(1, 0), png.Pixel(0, 1), png.Pixel(1, 1) });
    }

    [Fact]
    public void A_home_is_a_dot_where_its_prices_meet()
    {
        var without = new PngReader(PriceScatter.Draw("", [900_000], [900_000]));
        var with = new PngReader(PriceScatter.Draw("", [900_000, 450_000], [900_000, 200_000]));

        // Half of the way from left to right, two ninths of the way up.
        (int x, int y) = ((90 + 770) / 2, 530 - (530 - 70) * 2 / 9);
        Assert.NotEqual(without.Pixel(x, y), with.Pixel(x, y));
        Assert.Equal(without.Pixel(x + 30, y), with.Pixel(x + 30, y));
    }

    [Fact]
    public void Predictions_that_ran_away_do_not_stop_the_picture()
    {
        var png = new PngReader(PriceScatter.Draw("rate-too-high", [100_000, 200_000, 300_000], [float.NaN, float.PositiveInfinity, -2_500_000]));

        Assert.Equal(800, png.Width);
    }
}
