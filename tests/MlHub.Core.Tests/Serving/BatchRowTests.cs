using System.Text;
using MlHub.Serving.Batch;

namespace MlHub.Core.Tests.Serving;

/// <summary>Rows as they are cut out of bytes that come in pieces of any size.</summary>
public sealed class BatchRowTests
{
    private static readonly HashSet<string> Inputs = ["a", "b"];

    [Theory]
    [InlineData("a,b\n1,2\n3,4", "1,2|3,4")]
    [InlineData("\uFEFFa,b\r\n1,2\r\n\r\n3,4\r\n", "1,2|3,4")]
    [InlineData("a,b\r1,2\r3,4\r", "1,2|3,4")]
    [InlineData("a,b\n\"1\n\"\"x\"\",\",2\n3,4\n", "\"1\n\"\"x\"\",\",2|3,4")]
    [InlineData("a,b\n1,2,3\n\"1\"x,2\n3\n", "!|!|3")]
    [InlineData("a,b\n1,2\n\"never\n3,4", "1,2|!")]
    [InlineData("a\n\"\"\n\n1\n", "\"\"|1")]
    [InlineData("a,b", "")]
    [InlineData("", "")]
    public async Task Csv_is_cut_by_its_quotes(string text, string rows)
    {
        Assert.Equal(rows, await SentAsync(text, BatchForm.Csv));
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":2}\n{\"b\":3,\"a\":4}\n", "[1,2]|[4,3]")]
    [InlineData("{\"a\":1,\"b\":{\"x\":[1,2]}}\r\n \r\n{\"a\":4}", "[1,{\"x\":[1,2]}]|[4,null]")]
    [InlineData("oops\n{\"a\":1}\n{\"a\":2} {\"a\":3}\n[4]\n{\"\\u0061\":5}", "!|[1]|!|!|[5]")]
    [InlineData("{\"a\":1}\n{\"a\":1,\"b\":2}\n{\"a\":1,\"z\":2}\n", "[1]|!|[1]")]
    public async Task Lines_of_json_take_their_columns_from_the_first_record(string text, string rows)
    {
        Assert.Equal(rows, await SentAsync(text, BatchForm.JsonLines));
    }

    [Theory]
    [InlineData("a,b\n", ",1\n", BatchForm.Csv)]
    [InlineData("", "", BatchForm.JsonLines)]
    public async Task From_the_end_of_any_chunk_reading_goes_on_as_if_it_had_not_ended(string header, string tail, BatchForm form)
    {
        string Row(int i) => form == BatchForm.Csv ? $"{i}{tail}" : $$"""{"a":{{i}},"b":1}""" + "\n";
        var bytes = Encoding.UTF8.GetBytes(header + string.Concat(Enumerable.Range(0, 12_000).Select(Row)));
        var whole = await ChunksAsync(bytes, form, BatchPosition.Beginning);
        Assert.Equal([5000, 5000, 2000], whole.Select(c => c.Rows.Count));

        foreach (var chunk in whole)
        {
            var rest = await ChunksAsync(bytes, form, BatchPosition.Of(chunk.After.ToJson()));
            Assert.Equal(whole.Where(c => c.FirstRow > chunk.FirstRow).SelectMany(Sent), rest.SelectMany(Sent));
            Assert.Equal(bytes.Length, (rest.LastOrDefault() ?? chunk).BytesRead);
        }
    }

    [Fact]
    public async Task A_row_without_an_end_is_not_read_into_memory()
    {
        var refused = await Assert.ThrowsAsync<BatchFailedException>(() => SentAsync("a\n\"" + new string('x', 10 << 20), BatchForm.Csv));

        Assert.Contains("Row 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_are_written_as_csv_and_json_read_them()
    {
        Assert.Equal(["a\"x", "b,c", "line\nend", ""], CsvRows.ColumnsOf("\"a\"\"x\",\"b,c\",\"line\nend\","));
        var prediction = """{"label":"x, \"y\"","p":[0.5,0.25],"n":null,"k":-1e3,"t":true}"""u8;
        System.Buffers.ArrayBufferWriter<byte> written = new();
        CsvCells.WritePrediction(written, prediction, CsvCells.ColumnsOf(prediction));

        Assert.Equal("\"x, \"\"y\"\"\",\"[0.5,0.25]\",,-1e3,true", Encoding.UTF8.GetString(written.WrittenSpan));
    }

    private static async Task<string> SentAsync(string text, BatchForm form) =>
        string.Join('|', (await ChunksAsync(Encoding.UTF8.GetBytes(text), form, BatchPosition.Beginning)).SelectMany(Sent));

    private static IEnumerable<string> Sent(RowChunk chunk) => chunk.Rows.Select(r => r.Problem is null ? Encoding.UTF8.GetString(chunk.SentOf(r)) : "!");

    private static async Task<List<RowChunk>> ChunksAsync(byte[] bytes, BatchForm form, BatchPosition from)
    {
        RowReader reader = new([new("in", form, null, bytes.Length, null)], Inputs, (_, offset, _) => Task.FromResult<Stream>(new Dribble(bytes[(int)offset..])));
        List<RowChunk> chunks = [];
        await foreach (var chunk in reader.ReadAsync(from, default))
        {
            chunks.Add(chunk);
        }

        return chunks;
    }

    /// <summary>Gives few bytes at a time where there are few.</summary>
    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, Length < 1000 ? 3 : 77_777)], cancellationToken);
    }
}
