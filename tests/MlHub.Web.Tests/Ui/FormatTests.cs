using MlHub.Web.Ui;

namespace MlHub.Web.Tests.Ui;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.1234567, "0.123457")]
    [InlineData(0.00012345678, "0.000123457")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(159251.4, "159,251")]
    [InlineData(9951.9448, "9951.94")]
    [InlineData(-3.5, "-3.5")]
    [InlineData(2e12, "2e+12")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+∞")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_have_six_digits(double value, string text) => Assert.Equal(text, Format.Number(value));

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(1536, "1.5 KB")]
    [InlineData(300L * 1024 * 1024, "300 MB")]
    public void Sizes_have_units(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Theory]
    [InlineData(440, "440 ms")]
    [InlineData(88_000, "1 min 28 s")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(-5, "0 ms")]
    [InlineData(long.MaxValue, "5337599 d 13 h")]
    public void Durations_are_short(long milliseconds, string text) => Assert.Equal(text, Format.Duration(milliseconds));
}
