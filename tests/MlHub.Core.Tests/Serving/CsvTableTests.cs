using MlHub.Scoring;
using MlHub.Scoring.Values;

namespace MlHub.Core.Tests.Serving;

public sealed class CsvTableTests
{
    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", "a b", "1 2|3 4")]
    [InlineData("a,b\r\n1,2\r\n3,4", "a b", "1 2|3 4")]
    [InlineData("\"a\"\"x\",\"b,c\"\n\"line\nend\",\n", "a\"x b,c", "line\nend -")]
    [InlineData("a,b\n1\n\n2,3\n", "a b", "1 -|2 3")]
    [InlineData("a\nNaN\n\"\"\nx y\n", "a", "-||x y")]
    [InlineData("a,b\n1,2,", "a b", "!")]
    [InlineData("a,b\n1,2,3\n", "a b", "!")]
    [InlineData("a\n\"never", "a", "!")]
    [InlineData("a\n\"x\"y\n", "a", "!")]
    [InlineData("", "", "!")]
    public void Lines_become_columns_and_what_is_no_table_is_refused(string csv, string names, string rows)
    {
        if (rows == "!")
        {
            Assert.Equal("BAD_REQUEST", Assert.Throws<ScoringException>(() => Read(csv)).Code);
            return;
        }

        var table = Read(csv);

        Assert.Equal(names, string.Join(' ', table.Names!));
        Assert.Equal(rows, string.Join('|', Enumerable.Range(0, table.Rows).Select(r => string.Join(' ', table.Columns.Select(c => c[r].Text ?? "-")))));
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_a_name() => Assert.Equal(["a"], Read("\uFEFFa\n1\n").Names!);

    private static Table Read(string csv) => CsvTable.Read(System.Text.Encoding.UTF8.GetBytes(csv));
}
