using System.Net.Sockets;

namespace MlHub.Web.Tests.Artifacts;

public sealed class BrokenUploadTests(PortHub hub) : IClassFixture<PortHub>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_vanishes_leaves_neither_row_nor_file(bool reset)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var before = Blobs();
        var half = new byte[3_000_000];
        Random.Shared.NextBytes(half);

        using (var socket = await RawHttp.OpenAsync(hub.Address, Head(experiment, run, "half.bin", $"Content-Length: {2 * half.Length}"), half))
        {
            await Eventually.TrueAsync(() => Incoming().Count > 0);
            socket.LingerState = new LingerOption(reset, 0);
        }

        await Eventually.TrueAsync(() => Incoming().Count == 0);
        Assert.Equal(before, Blobs());
        Assert.False((await hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json.ContainsKey("files"));
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "half.bin"))).Status);
    }

    [Fact]
    public async Task A_chunked_upload_that_ends_too_early_leaves_nothing()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var before = Blobs();

        using (await RawHttp.OpenAsync(hub.Address, Head(experiment, run, "half.bin", "Transfer-Encoding: chunked") + "5\r\nhello\r\nFF\r\nand then not"))
        {
            await Eventually.TrueAsync(() => Incoming().Count > 0);
        }

        await Eventually.TrueAsync(() => Incoming().Count == 0);
        Assert.Equal(before, Blobs());
        Assert.False((await hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json.ContainsKey("files"));
    }

    [Fact]
    public async Task A_broken_upload_leaves_the_file_that_was_there()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model.bin", "whole"u8.ToArray());

        using (await RawHttp.OpenAsync(hub.Address, Head(experiment, run, "model.bin", "Content-Length: 1000000"), new byte[100]))
        {
            await Eventually.TrueAsync(() => Incoming().Count > 0);
        }

        await Eventually.TrueAsync(() => Incoming().Count == 0);
        Assert.Equal("whole"u8.ToArray(), await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "model.bin")));
    }

    /// <summary>Fault 16: neither end nor error ever comes.</summary>
    [Fact]
    public async Task A_client_that_falls_silent_leaves_nothing_within_a_minute()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        using var socket = await RawHttp.OpenAsync(hub.Address, Head(experiment, run, "half.bin", "Content-Length: 1000000"), new byte[100]);
        await Eventually.TrueAsync(() => Incoming().Count > 0);
        await Eventually.TrueAsync(() => Incoming().Count == 0, TimeSpan.FromMinutes(1));

        Assert.False((await hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json.ContainsKey("files"));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding : chunked", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6", "hello")]
    [InlineData("Content-Length: -5", "hello")]
    [InlineData("Transfer-Encoding: xchunked", "hello")]
    public async Task A_request_with_two_readings_is_refused_or_read_one_way_and_closed(string framing, string body)
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var answer = await RawHttp.SendAsync(hub.Address, Head(experiment, run, "smuggled.bin", framing + "\r\nConnection: close") + body + "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.True(answer.Status is 400 or 200 or 501, $"{answer.Status}");
        Assert.Equal(1, 1 + answer.Text.Split("HTTP/1.1 ").Length - 1);
    }

    [Fact]
    public async Task A_refused_upload_is_refused_before_its_body_is_stored()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });

        using var socket = await RawHttp.OpenAsync(hub.Address, Head(experiment, run, "late.bin", "Content-Length: 100000000"), new byte[1000]);
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var read = await socket.ReceiveAsync(buffer, limit.Token);

        Assert.StartsWith("HTTP/1.1 400", System.Text.Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        Assert.Empty(Incoming());
    }

    private string Head(string experiment, string run, string path, string headers) =>
        $"PUT {Asking.ArtifactUrl(experiment, run, path)} HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nAuthorization: Bearer {hub.AnnsToken}\r\n{headers}\r\n\r\n";

    private List<string> Incoming() => [.. Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "artifacts", "incoming"))];

    private List<string> Blobs() => [.. Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "artifacts"), "*", SearchOption.AllDirectories).Where(f => !f.Contains("incoming", StringComparison.Ordinal)).Order()];
}
