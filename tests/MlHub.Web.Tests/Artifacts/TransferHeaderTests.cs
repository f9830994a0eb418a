using System.Security.Cryptography;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>What a file's transfer says of its bytes, in both directions.</summary>
public sealed class TransferHeaderTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private static readonly byte[] Letters = "abcdefghij"u8.ToArray();

    [Fact]
    public async Task HEAD_tells_all_but_the_bytes()
    {
        var url = await GivenLettersAsync();

        foreach (var address in url)
        {
            var got = await hub.Ann.SendAsync(new(HttpMethod.Get, address));
            var head = await hub.Ann.SendAsync(new(HttpMethod.Head, address));

            Assert.Equal((200, 10L), ((int)head.StatusCode, head.Content.Headers.ContentLength ?? -1));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            Assert.Equal(got.Headers.ETag, head.Headers.ETag);
            Assert.Equal("bytes", head.Headers.AcceptRanges.ToString());
            Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(Letters))}:", Assert.Single(head.Headers.GetValues("Repr-Digest")));
            Assert.Equal(got.Headers.GetValues("Digest"), head.Headers.GetValues("Digest"));
        }
    }

    [Theory]
    [InlineData("bytes=0-0", 206, "a")]
    [InlineData("bytes=-3", 206, "hij")]
    [InlineData("bytes=7-", 206, "hij")]
    [InlineData("bytes=8-100", 206, "ij")]
    [InlineData("bytes=10-", 416, "")]
    [InlineData("bytes=-0", 416, "")]
    [InlineData("bytes=3-2", 200, "abcdefghij")]
    [InlineData("bytes=0-1,4-5", 200, "abcdefghij")]
    [InlineData("lines=1-2", 200, "abcdefghij")]
    public async Task A_range_is_answered_or_passed_over(string range, int status, string text)
    {
        var url = (await GivenLettersAsync())[0];
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Range", range);

        var answer = await hub.Ann.SendAsync(request);

        Assert.Equal((status, text), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal(text.Length, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_download_goes_on_only_if_the_file_is_the_same()
    {
        var url = (await GivenLettersAsync())[0];
        var tag = (await hub.Ann.SendAsync(new(HttpMethod.Get, url))).Headers.ETag!;

        var same = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { Range = new(5, null), IfRange = new(tag) } });
        var other = await hub.Ann.SendAsync(new(HttpMethod.Get, url) { Headers = { Range = new(5, null), IfRange = new("\"other\"") } });

        Assert.Equal((206, "fghij"), ((int)same.StatusCode, await same.Content.ReadAsStringAsync()));
        Assert.Equal((200, "abcdefghij"), ((int)other.StatusCode, await other.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("Content-MD5", "MD5", 200)]
    [InlineData("Content-MD5", "WRONG-MD5", 400)]
    [InlineData("Content-MD5", "no base64", 400)]
    [InlineData("Repr-Digest", "sha-256=:SHA:", 200)]
    [InlineData("Repr-Digest", "sha-512=:AAAA:, sha-256=:SHA:", 200)]
    [InlineData("Repr-Digest", "sha-256=:WRONG-SHA:", 400)]
    [InlineData("Repr-Digest", "sha-256=:AAAA:", 400)]
    [InlineData("Repr-Digest", "sha-512=:AAAA:", 200)]
    [InlineData("Content-Digest", "sha-256=:WRONG-SHA:", 400)]
    [InlineData("Digest", "SHA-256=SHA", 200)]
    [InlineData("Digest", "SHA-256=WRONG-SHA", 400)]
    public async Task An_announced_digest_must_fit(string header, string value, int status)
    {
        var (experiment, run) = await hub.GivenRunAsync();
#pragma warning disable CA5351 // The header is what it is.
        value = value.Replace("WRONG-MD5", Convert.ToBase64String(MD5.HashData([0])), StringComparison.Ordinal).Replace("MD5", Convert.ToBase64String(MD5.HashData(Letters)), StringComparison.Ordinal)
#pragma warning restore CA5351
            .Replace("WRONG-SHA", Convert.ToBase64String(SHA256.HashData([0])), StringComparison.Ordinal).Replace("SHA:", Convert.ToBase64String(SHA256.HashData(Letters)) + ":", StringComparison.Ordinal)
            .Replace("=SHA", "=" + Convert.ToBase64String(SHA256.HashData(Letters)), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Put, Asking.ArtifactUrl(experiment, run, "a.txt")) { Content = new ByteArrayContent(Letters) };
        if (!request.Content.Headers.TryAddWithoutValidation(header, value))
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        var answer = await Answer.OfAsync(await hub.Ann.SendAsync(request));
        var kept = await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "a.txt"));

        Assert.Equal((status, status == 200 ? 200 : 404), (answer.Status, kept.Status));
    }

    private async Task<string[]> GivenLettersAsync()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "letters.txt", Letters);
        return [Asking.ArtifactUrl(experiment, run, "letters.txt"), $"/get-artifact?run_id={run}&path=letters.txt"];
    }
}
