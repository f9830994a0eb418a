using System.Diagnostics;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 75: many who are slow on purpose are let go, and keep nobody else waiting meanwhile.</summary>
public sealed class SlowClientTests(PortHub hub) : IClassFixture<PortHub>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private string Head => $"POST /api/2.0/mlflow/experiments/create HTTP/1.1\r\nHost: {hub.Address.Authority}\r\nAuthorization: Bearer {hub.AnnsToken}\r\n";

    [Fact]
    public async Task Headers_that_never_end_are_waited_for_only_so_long()
    {
        var slow = await GivenAsync(300, Head);

        await AssertOthersAreServedAsync();
        await AssertLetGoAsync(slow, one => one.SendAsync("X-More: 1\r\n"u8.ToArray()));
    }

    [Fact]
    public async Task Bodies_that_hardly_come_are_waited_for_only_so_long()
    {
        var slow = await GivenAsync(300, Head + "Content-Length: 1000\r\n\r\n{");

        await AssertOthersAreServedAsync();
        await AssertLetGoAsync(slow, one => one.SendAsync(" "u8.ToArray()));
    }

    [Fact]
    public async Task A_packed_body_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("{\"name\":\"" + new string('a', 20_000_000) + "\"}"));
        }

        var bytes = packed.ToArray();
        var answer = await RawHttp.SendAsync(hub.Address, $"{Head}Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n\r\n", bytes);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.StartsWith("Missing value for required parameter 'name'.", answer.Message, StringComparison.Ordinal);
    }

    private async Task<List<Socket>> GivenAsync(int count, string start) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => RawHttp.OpenAsync(hub.Address, start)))];

    private async Task AssertOthersAreServedAsync()
    {
        var took = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await hub.Ann.GotAsync("/experiments/search?max_results=1")).Status);
        }

        Assert.True(took.Elapsed < TimeSpan.FromSeconds(25), $"Others waited {took.Elapsed}.");
    }

    /// <summary>However steadily they send a little now and then.</summary>
    private static async Task AssertLetGoAsync(List<Socket> slow, Func<Socket, Task> sendALittle)
    {
        for (var waited = Stopwatch.StartNew(); slow.Count > 0; await Task.Delay(500))
        {
            foreach (var one in slow.ToList())
            {
                if (await IsClosedAsync(one, sendALittle))
                {
                    slow.Remove(one);
                    one.Dispose();
                }
            }

            Assert.True(waited.Elapsed < Patience, $"{slow.Count} are still served after {waited.Elapsed}.");
        }
    }

    private static async Task<bool> IsClosedAsync(Socket one, Func<Socket, Task> sendALittle)
    {
        try
        {
            await sendALittle(one);
            return one.Poll(0, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
