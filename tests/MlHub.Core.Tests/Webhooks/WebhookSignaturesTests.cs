using System.Security.Cryptography;
using System.Text;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

public sealed class WebhookSignaturesTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void The_vector_of_the_specification_is_met() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Headers([Secret])["webhook-signature"]);

    [Fact]
    public void MLflow_signs_the_same_text_under_the_secret_as_it_is_shown()
    {
        var headers = Headers([Secret]);

        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes("""msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"""));
        Assert.Equal("v1," + Convert.ToBase64String(expected), headers["X-MLflow-Signature"]);
        Assert.Equal((headers["webhook-id"], headers["webhook-timestamp"]), (headers["X-MLflow-Delivery-Id"], headers["X-MLflow-Timestamp"]));
        Assert.Equal(("model_version.created", "3"), (headers["X-MlHub-Event"], headers["X-MlHub-Attempt"]));
    }

    [Fact]
    public void While_a_secret_is_rotated_both_sign_and_MLflows_header_has_the_new_one()
    {
        var headers = Headers(["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Secret]);

        Assert.Equal([Headers(["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])["webhook-signature"], Headers([Secret])["webhook-signature"]], headers["webhook-signature"].Split(' '));
        Assert.Equal(Headers(["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])["X-MLflow-Signature"], headers["X-MLflow-Signature"]);
    }

    [Theory]
    [InlineData("a plain word")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    public void A_secret_that_is_no_key_in_base64_is_taken_as_it_stands(string secret)
    {
        var headers = Headers([secret]);

        Assert.Equal(headers["X-MLflow-Signature"], headers["webhook-signature"]);
    }

    [Fact]
    public void Databricks_receivers_get_the_hex_of_the_body_alone()
    {
        var headers = Headers([Secret], WebhookTarget.Databricks);

        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), """{"test": 2432232314}"""u8)), headers["X-Databricks-Signature"]);
        Assert.DoesNotContain("X-Databricks-Signature", Headers([Secret]).Keys);
    }

    [Fact]
    public void Without_a_secret_nothing_is_signed() => Assert.DoesNotContain(Headers([]).Keys, h => h.EndsWith("ignature", StringComparison.Ordinal));

    [Fact]
    public void A_new_secret_has_256_random_bits()
    {
        Assert.Equal(32, Convert.FromBase64String(WebhookSignatures.NewSecret()["whsec_".Length..]).Length);
        Assert.NotEqual(WebhookSignatures.NewSecret(), WebhookSignatures.NewSecret());
    }

    private static Dictionary<string, string> Headers(IReadOnlyList<string> secrets, WebhookTarget target = WebhookTarget.Mlflow) =>
        WebhookSignatures.HeadersFor(new(
            new Uri("https://tools.example/hook"), "msg_p5jXN8AQM9LWM0D4loKWxJek", WebhookEvents.VersionCreated, 3, DateTimeOffset.FromUnixTimeSeconds(1614265330),
            Encoding.UTF8.GetBytes("""{"test": 2432232314}"""), target, secrets, null, null)).ToDictionary(h => h.Name, h => h.Value);
}
