using MlHub.Web.Compare;

namespace MlHub.Web.Tests.Compare;

public sealed class TextDiffTests
{
    [Fact]
    public void A_change_stands_among_three_lines_of_each_side_and_the_rest_is_left_out()
    {
        var old = Lines(1, 20);
        var lines = TextDiff.OfOrNull(old, old.Replace("line 10\n", "line ten\nline ten and a half\n", StringComparison.Ordinal))!;

        Assert.Equal(
            ["gap", "line 7", "line 8", "line 9", "-line 10", "+line ten", "+line ten and a half", "line 11", "line 12", "line 13", "gap"],
            lines.Select(l => l.Kind switch { "gap" => "gap", "added" => $"+{l.Text}", "removed" => $"-{l.Text}", _ => l.Text }));
        Assert.Equal([(null, null), (7, 7), (8, 8), (9, 9), (10, null), (null, 10), (null, 11), (11, 12), (12, 13), (13, 14), (null, null)], lines.Select(l => (l.Old, l.New)));
    }

    [Fact]
    public void The_same_text_has_no_lines() => Assert.Empty(TextDiff.OfOrNull(Lines(1, 50), Lines(1, 50))!);

    [Fact]
    public void Too_many_lines_are_not_compared()
    {
        Assert.Null(TextDiff.OfOrNull(Lines(1, Limits.DiffLines), "x"));
        Assert.Null(TextDiff.OfOrNull("x", Lines(1, Limits.DiffLines)));
        Assert.NotNull(TextDiff.OfOrNull("x", Lines(1, Limits.DiffLines - 1)));
    }

    private static string Lines(int from, int to) => string.Concat(Enumerable.Range(from, to).Select(i => $"line {i}\n"));
}
