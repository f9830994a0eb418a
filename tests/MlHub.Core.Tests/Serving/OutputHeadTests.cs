using System.Text;
using MlHub.Serving.Batch;

namespace MlHub.Core.Tests.Serving;

/// <summary>How an output begins, as a page shows it.</summary>
public sealed class OutputHeadTests
{
    [Fact]
    public async Task Parts_of_json_rows_stand_side_by_side_and_refused_ones_say_why()
    {
        var head = await ReadAsync(
            BatchForm.JsonLines,
            """{"row":1,"file":"a.csv","input":{"a":1,"price":"x"},"prediction":{"price":2.5,"p":[1,2]}}""",
            """{"row":2,"file":"a.csv","input":"a,b,c","error":"It is wrong."}""",
            """{"row":3,"file":"b.csv","input":{"a":null},"prediction":7}""");

        Assert.Equal(["row", "file", "a", "price", "prediction.price", "p", "input", "prediction", "error"], head.Columns);
        Assert.Equal(
            [
                ["1", "a.csv", "1", "x", "2.5", "[1,2]", null, null, null],
                ["2", "a.csv", null, null, null, null, "a,b,c", null, "It is wrong."],
                ["3", "b.csv", null, null, null, null, null, "7", null],
            ],
            head.Rows);
        Assert.Equal([("2", "It is wrong.")], head.Refused);
    }

    [Fact]
    public async Task Of_csv_the_header_names_the_columns_and_the_last_one_says_why()
    {
        var head = await ReadAsync(BatchForm.Csv, "row,sum,error", "1,3,", "2,,\"No, \"\"x\"\"\"");

        Assert.Equal(["row", "sum", "error"], head.Columns);
        Assert.Equal([["1", "3", null], ["2", null, "No, \"x\""]], head.Rows);
        Assert.Equal([("2", "No, \"x\"")], head.Refused);
    }

    [Theory]
    [InlineData(BatchForm.Csv)]
    [InlineData(BatchForm.JsonLines)]
    public async Task Of_a_long_output_the_beginning_is_read_up_to_a_whole_row_and_the_page_stays_small(BatchForm form)
    {
        var (cell, many) = (new string('x', 3000), 2000);
        var head = await ReadAsync(
            form,
            [
                .. form == BatchForm.Csv ? ["row,label,error"] : Array.Empty<string>(),
                .. Enumerable.Range(1, many).Select(i => form == BatchForm.Csv ? $"{i},{cell},no" : $$"""{"row":{{i}},"prediction":{"label":"{{cell}}"},"error":"no"}"""),
            ]);

        Assert.Equal((Limits.BatchHeadRows, Limits.BatchHeadRefused), (head.Rows.Count, head.Refused.Count));
        Assert.Equal(["1", new string('x', Limits.BatchHeadCell - 1) + "…", "no"], head.Rows[0]);
    }

    [Theory]
    [InlineData(BatchForm.Csv)]
    [InlineData(BatchForm.JsonLines)]
    public async Task A_row_that_is_longer_than_all_that_is_read_is_not_shown(BatchForm form)
    {
        Assert.Empty((await ReadAsync(form, (form == BatchForm.Csv ? "" : "{\"row\":1,\"prediction\":\"") + new string('x', 2_000_000))).Rows);
        Assert.Empty((await ReadAsync(form)).Rows);
    }

    private static async Task<OutputHead> ReadAsync(BatchForm form, params string[] lines)
    {
        using MemoryStream content = new(Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n"))));
        return await OutputHead.ReadAsync(content, form, default);
    }
}
