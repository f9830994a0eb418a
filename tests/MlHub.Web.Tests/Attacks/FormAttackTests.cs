using System.Diagnostics;
using System.Net;
using System.Text;
using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 71: forms that cost the server more than whoever sends them.</summary>
public sealed class FormAttackTests(PortHub hub) : IClassFixture<PortHub>
{
    public static TheoryData<string, string, string> Forms => new()
    {
        { "a line of a megabyte", "multipart/form-data; boundary=b", "--b\r\n" + new string('-', 1_000_000) },
        { "what follows the end", "multipart/form-data; boundary=b", "--b--\r\n" + new string('-', 1_000_000) },
        { "a hundred thousand parts", "multipart/form-data; boundary=b", string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", 100_000)) + "--b--\r\n" },
        { "a header of a megabyte", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"" + new string('a', 1_000_000) + "\"\r\n\r\nx\r\n--b--\r\n" },
        { "a file", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../x\"\r\n\r\n" + new string('x', 2_000_000) + "\r\n--b--\r\n" },
        { "a long boundary", "multipart/form-data; boundary=" + new string('-', 5_000), "--b\r\n" },
        { "no boundary", "multipart/form-data", "--b\r\n" },
        { "a hundred thousand fields", "application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 100_000).Select(i => $"f{i}=x")) },
        { "a field of two megabytes", "application/x-www-form-urlencoded", "Input.UserName=" + new string('x', 2_000_000) },
        { "a deep name", "application/x-www-form-urlencoded", string.Concat(Enumerable.Repeat("Input.", 5_000)) + "UserName=x" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_form_made_to_be_dear_is_refused_soon(string what, string type, string body)
    {
        Assert.NotEmpty(what);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = hub.Address };
        foreach (var page in new[] { HubUrls.SignIn(), HubUrls.SetUp(), HubUrls.PasskeyChallenge, HubUrls.Welcome("a", "b") })
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var took = Stopwatch.StartNew();

            using var answer = await client.PostAsync(page, content);

            Assert.InRange((int)answer.StatusCode, 400, 499);
            Assert.True(took.Elapsed < TimeSpan.FromSeconds(30), $"{page} took {took.Elapsed}.");
        }

        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "ASPNETCORE_*"));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task A_form_that_the_page_itself_gave_out_is_refused_where_it_is_too_large(string type)
    {
        using var visitor = new Visitor(new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = hub.Address });
        var token = Visitor.TokenIn(await visitor.GetAsync(HubUrls.SignIn()));

        Assert.NotEqual(HttpStatusCode.BadRequest, await SendAsync(1000));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(Limits.FormFieldBytes + 1));

        async Task<HttpStatusCode> SendAsync(int length)
        {
            KeyValuePair<string, string>[] fields =
                [new(Visitor.TokenField, token), new("_handler", "sign-in"), new("Input.UserName", "nobody"), new("Input.Password", "wrong"), new("more", new string('x', length))];
            using HttpContent form = type.StartsWith("multipart", StringComparison.Ordinal) ? Parts(fields) : new FormUrlEncodedContent(fields);
            using var answer = await visitor.Browser.PostAsync(HubUrls.SignIn(), form);
            return answer.StatusCode;
        }
    }

    /// <summary>The last field is a file.</summary>
    private static MultipartFormDataContent Parts(KeyValuePair<string, string>[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields[..^1])
        {
            form.Add(new StringContent(value), name);
        }

        form.Add(new StringContent(fields[^1].Value), fields[^1].Key, "x.bin");
        return form;
    }
}
