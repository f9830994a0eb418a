using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using ModelGate;
using ModelGate.Receiving;

namespace Samples.Tests;

/// <summary>The vector of the Standard Webhooks specification, and what must not pass for it.</summary>
public sealed class SignatureTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Sent = 1614265330;

    [Theory]
    [InlineData(Signature)]
    [InlineData("v1,bm9ldHUK4wRPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= " + Signature)]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " + Signature)]
    public void The_specifications_vector_is_genuine(string signature) => Assert.Null(WhyNot(signature));

    [Theory]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1A==")]
    [InlineData("v1,")]
    [InlineData("v1,no base64")]
    [InlineData("")]
    public void Another_signature_is_not(string signature) => Assert.NotNull(WhyNot(signature));

    [Fact]
    public void Neither_is_another_body_id_or_time()
    {
        Assert.NotNull(WhyNot(Signature, body: Body + " "));
        Assert.NotNull(WhyNot(Signature, id: Id + "k"));
        Assert.NotNull(WhyNot(Signature, timestamp: $"{Sent + 1}"));
    }

    [Theory]
    [InlineData(-301, false)]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void It_is_fresh_for_five_minutes(int secondsOff, bool genuine) => Assert.Equal(genuine, WhyNot(Signature, now: Sent + secondsOff) is null);

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1614265330")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public void A_time_that_is_none_is_refused(string timestamp) => Assert.NotNull(WhyNot(Signature, timestamp: timestamp));

    [Fact]
    public void What_is_missing_is_named_at_the_start_all_at_once()
    {
        var refusal = Assert.Throws<GateSettingsException>(() => GateSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Gate:Tolerance", "much")]).Build()));

        Assert.All(new[] { "Gate:Hub is missing", "Gate:Token is missing", "Gate:Secret is missing", "Gate:Tolerance cannot be 'much'" }, text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
    }

    private static string? WhyNot(string signature, string? timestamp = null, string id = Id, string body = Body, long now = Sent)
    {
        var settings = GateSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Gate:Hub", "http://hub"), new("Gate:Token", "t"), new("Gate:Secret", RunningGate.Secret)]).Build());
        var headers = new HeaderDictionary { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp ?? $"{Sent}", ["webhook-signature"] = signature };
        return new WebhookSignature(settings, new FixedClock(now)).WhyNot(headers, Encoding.UTF8.GetBytes(body));
    }

    private sealed class FixedClock(long seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(seconds);
    }
}
