using System.Net;
using System.Text;
using MlHub.Testing.Serving;
using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Serving;

/// <summary>Files that a page sends for a job, over HTTP; and what no job is made of.</summary>
public sealed class BatchUploadTests(BatchUploadTests.SmallHub hub) : IClassFixture<BatchUploadTests.SmallHub>
{
    private const int Largest = 45_000_000;

    private string? _model;

    /// <summary>Takes little more than the largest file of these tests.</summary>
    public sealed class SmallHub() : TestHub(("MlHub:Batch:UploadBytes", $"{Largest}")), IAsyncLifetime
    {
        public HttpClient Ann { get; private set; } = null!;
        public HttpClient Bob { get; private set; } = null!;

        public async ValueTask InitializeAsync() => (Ann, Bob) = (await ProgramOfAsync("ann"), await ProgramOfAsync("bob"));
    }

    [Fact]
    public async Task A_file_that_a_reader_brings_can_be_scored_by_them_alone()
    {
        var model = await ModelAsync();
        await hub.Ann.CallAsync("/registered-models/permissions/create", new { name = model, username = "bob", permission = "READ" });
        using Visitor bob = new(hub);
        await bob.SignInAsync("bob");

        var (status, path) = await BringAsync(bob, model, "my rows é.csv", "a,b\n1,2\n");
        var job = await hub.Bob.GivenBatchAsync(new { name = model, endpoint = "1", source = new { path } });
        var ended = await hub.Bob.EndedBatchAsync(job);
        var ofAnn = await hub.Ann.PostBatchAsync("create", new { name = model, endpoint = "1", source = new { path } });
        var output = await hub.Bob.BatchOutputAsync(job);

        Assert.Equal((200, "DONE", 1), (status, (string?)ended["state"], (int?)ended["rows"]));
        Assert.Matches("^batch-uploads/[0-9a-f]{32}/my rows é\\.csv$", path);
        Assert.Equal(("""{"row":1,"prediction":{"sum":3}}""" + "\n", "my%20rows%20%C3%A9.csv"), (output.Text, output.Headers.GetValues("MlHub-Batch-Source").Single()));
        Assert.Equal((404, 403), (ofAnn.Status, (await hub.Ann.BatchOutputAsync(job)).Status));
    }

    [Fact]
    public async Task Only_a_page_of_somebody_who_may_read_the_model_brings_files()
    {
        var model = await ModelAsync();
        using Visitor nobody = new(hub), stranger = new(hub);
        await hub.GivenUserAsync("carl");
        await stranger.SignInAsync("carl");
        using HttpRequestMessage foreign = new(HttpMethod.Put, HubUrls.BatchUpload(model, "rows.csv")) { Content = new StringContent("a,b\n1,2\n") };
        foreign.Headers.Add("Origin", "https://elsewhere.example");

        Assert.Equal(404, (await BringAsync(stranger, model, "rows.csv", "a,b\n1,2\n")).Status);
        Assert.Equal(302, (await BringAsync(nobody, model, "rows.csv", "a,b\n1,2\n")).Status);
        Assert.InRange((await hub.Ann.AskAsync(HttpMethod.Put, HubUrls.BatchUpload(model, "rows.csv"), "a,b\n1,2\n")).Status, 302, 401);
        using var refused = await stranger.Browser.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Theory]
    [InlineData("../rows.csv", "Invalid path")]
    [InlineData("..%2F..%2Frows.csv", "Invalid path")]
    [InlineData("a/rows.csv", "Rename it")]
    [InlineData("C:\\rows.csv", "Rename it")]
    [InlineData("rows?.csv", "Rename it")]
    [InlineData("", "file")]
    public async Task A_name_that_is_a_path_or_no_name_is_refused(string name, string words)
    {
        using Visitor ann = new(hub);
        await ann.SignInAsync("ann");

        var (status, text) = await BringAsync(ann, await ModelAsync(), name, "a,b\n1,2\n");

        Assert.Equal(400, status);
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_of_unknown_length_is_refused_before_it_is_read()
    {
        using Visitor ann = new(hub);
        await ann.SignInAsync("ann");
        Unread large = new(Largest + 1), endless = new(null);

        using var tooLarge = await ann.Browser.PutAsync(HubUrls.BatchUpload(await ModelAsync(), "rows.csv"), large);
        using var unknown = await ann.Browser.PutAsync(HubUrls.BatchUpload(await ModelAsync(), "rows.csv"), endless);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.BadRequest), (tooLarge.StatusCode, unknown.StatusCode));
        Assert.Contains("at most 45000000 here (MlHub:Batch:UploadBytes)", await tooLarge.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Content-Length", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> NoRows => new()
    {
        { "rows.csv", "a,c\n1,2\n"u8.ToArray(), "rows.csv lacks a column that version 1 of MODEL needs: b. It has a, c." },
        { "rows.csv", "\"a;b\"\n1\n"u8.ToArray(), "Its first line has no comma" },
        { "rows.jsonl", "{\"b\": 1}\n"u8.ToArray(), "rows.jsonl lacks a column that version 1 of MODEL needs: a. It has b." },
        { "rows.csv", "\n\n"u8.ToArray(), "rows.csv has no header line that could be read: it is empty." },
        { "rows.csv", "a,b\n"u8.ToArray(), "rows.csv has no rows." },
        { "rows.csv", [0x50, 0x4B, 3, 4, 0, 0], "is a ZIP file, such as a spreadsheet" },
        { "rows.csv", [0x1F, 0x8B, 8, 0], "is compressed" },
        { "rows.jsonl", "PAR1...."u8.ToArray(), "is a Parquet file" },
        { "rows.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("a,b\n1,2\n")], "is written in UTF-16" },
        { "rows.csv", Encoding.Latin1.GetBytes("a,b,è\n1,2,3\n"), "is no text in UTF-8" },
        { "rows.csv", "a,b\n1,\0"u8.ToArray(), "is no text in UTF-8" },
    };

    [Theory]
    [MemberData(nameof(NoRows))]
    public async Task Of_what_has_no_rows_for_the_model_no_job_is_made(string name, byte[] bytes, string words) => await RequireRefusedAsync(name, bytes, words);

    [Theory]
    [InlineData("rows.csv", "", "Row 1 of rows.csv is longer than 4194304 bytes. Is there a quote that does not end?")]
    [InlineData("rows.jsonl", "{\"a\": \"", "Row 1 of rows.jsonl is longer than 4194304 bytes.")]
    public async Task Of_a_row_of_40_MB_no_job_is_made(string name, string start, string words) =>
        await RequireRefusedAsync(name, Encoding.ASCII.GetBytes(start + new string('x', 40_000_000)), words);

    private async Task RequireRefusedAsync(string name, byte[] bytes, string words)
    {
        var model = await ModelAsync();
        using Visitor ann = new(hub);
        await ann.SignInAsync("ann");
        using ByteArrayContent content = new(bytes);
        using var brought = await ann.Browser.PutAsync(HubUrls.BatchUpload(model, name), content);

        var refused = await hub.Ann.PostBatchAsync("create", new { name = model, endpoint = "1", source = new { path = await brought.Content.ReadAsStringAsync() } });

        Assert.Equal((HttpStatusCode.OK, 400), (brought.StatusCode, refused.Status));
        Assert.Contains(words.Replace("MODEL", model, StringComparison.Ordinal), refused.Message, StringComparison.Ordinal);
        Assert.Empty((await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/batch/list?name={model}")).Json["jobs"]?.AsArray() ?? []);
    }

    private static async Task<(int Status, string Text)> BringAsync(Visitor who, string model, string name, string text)
    {
        using StringContent content = new(text);
        using var answer = await who.Browser.PutAsync(HubUrls.BatchUpload(model, name), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> ModelAsync() => _model ??= await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);

    /// <summary>A body that fails whoever reads more of it than any server must.</summary>
    private sealed class Unread(long? length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[1 << 16];
            for (var sent = 0L; sent < (length ?? 1 << 20); sent += piece.Length)
            {
                await stream.WriteAsync(piece.AsMemory(0, (int)Math.Min(piece.Length, (length ?? 1 << 20) - sent)));
            }
        }

        protected override bool TryComputeLength(out long known)
        {
            known = length ?? 0;
            return length is not null;
        }
    }
}
