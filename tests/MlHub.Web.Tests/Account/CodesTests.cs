using MlHub.Web.Account;

namespace MlHub.Web.Tests.Account;

public sealed class CodesTests
{
    // "12345678901234567890", the key of the examples in RFC 6238, in Base32.
    private const string Key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    [Theory]
    [InlineData(59, 287082)]
    [InlineData(1111111109, 81804)]
    [InlineData(1234567890, 5924)]
    [InlineData(20000000000, 353130)]
    public void The_codes_are_those_of_the_standard(long seconds, int code) => Assert.Equal(code, TimeCodes.CodeAt(Key, seconds / 30));

    [Fact]
    public void A_code_is_right_one_step_early_and_one_step_late()
    {
        var clock = new TestClock();
        var codes = new TimeCodes(clock);
        var now = clock.GetUtcNow().ToUnixTimeSeconds() / 30;

        var found = Enumerable.Range(-3, 7).Where(d => codes.StepOrNull(Key, Visitor.CodeOf(Key, clock, d)) == now + d);

        Assert.Equal([-1, 0, 1], found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("+12345")]
    [InlineData(" 12345")]
    [InlineData("١٢٣٤٥٦")]
    public void What_is_no_code_is_wrong(string text) => Assert.Null(new TimeCodes(new TestClock()).StepOrNull(Key, text));

    [Fact]
    public void A_recovery_code_works_once_however_it_is_typed()
    {
        var codes = RecoveryCodes.Create();
        var stored = RecoveryCodes.Hash(codes);

        var left = RecoveryCodes.RedeemOrNull(stored, codes[3].Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());

        Assert.NotNull(left);
        Assert.Equal((10, 9), (RecoveryCodes.Left(stored), RecoveryCodes.Left(left)));
        Assert.Null(RecoveryCodes.RedeemOrNull(left, codes[3]));
        Assert.NotNull(RecoveryCodes.RedeemOrNull(left, codes[4]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("AAAAA-AAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_none_of_the_codes_opens_nothing(string text) => Assert.Null(RecoveryCodes.RedeemOrNull(RecoveryCodes.Hash(RecoveryCodes.Create()), text));

    [Fact]
    public void No_recovery_code_is_kept_in_clear()
    {
        var codes = RecoveryCodes.Create();

        Assert.Equal(10, codes.Distinct().Count());
        Assert.DoesNotContain(codes, RecoveryCodes.Hash(codes).Contains);
    }

    [Fact]
    public void A_QR_code_has_its_three_eyes_and_a_quiet_zone()
    {
        var picture = QrPicture.Of("otpauth://totp/MlHub:ann?secret=" + Key);

        Assert.True(picture.Size >= 21 + 8);
        foreach (var (x, y) in new[] { (4, 4), (picture.Size - 11, 4), (4, picture.Size - 11) })
        {
            Assert.All(Enumerable.Range(0, 7), i => Assert.Contains($"M{x + i} {y}h1", picture.Path));
            Assert.DoesNotContain($"M{x + 1} {y + 1}h1", picture.Path);
        }

        Assert.DoesNotContain("M0 ", picture.Path);
        Assert.Contains($"M4 {picture.Size - 5}h1", picture.Path);
    }
}
