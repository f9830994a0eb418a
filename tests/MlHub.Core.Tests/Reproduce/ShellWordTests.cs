using System.Diagnostics;
using MlHub.Reproduce;

namespace MlHub.Core.Tests.Reproduce;

/// <summary>What a client logged is pasted into a shell as one word, whatever it holds.</summary>
public sealed class ShellWordTests
{
    public static TheoryData<string> Hostile =>
    [
        "", "plain", "a b", "a'b", "''", "'; rm -rf / #", "$(touch pwned)", "`id`", "$HOME", "${IFS}", "!!", "a!b", "\\", "\\'", "a\\nb", "a\nrm -rf /", "\r\nid\r\n", "\t", "x\u0003id\n",
        "\u001b[201~id\n", "\u001b]0;title\u0007", "a\u202etxt.exe", "\u2028", "zero\u200bwidth", "\u0085", "~root", "-rf", "--help", "=cmd", "a=b", "*", "?", "[a]", "{a,b}", "a>b", "a|b", "a&b", "(a)", "#a", "ü€😀",
        "'\u00017", "\u00017", "%s", "$'x'", "\"$(id)\"", "a;b",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Bash_reads_back_exactly_the_text(string text) => Assert.Equal(text, await ReadBackAsync(ShellWord.Quote(text)));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Nothing_that_a_terminal_acts_on_is_pasted(string text) =>
        Assert.DoesNotContain(ShellWord.Quote(text), c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator);

    [Fact]
    public async Task Any_text_comes_back()
    {
        var random = new Random(7);
        for (var i = 0; i < 40; i++)
        {
            var text = new string([.. Enumerable.Range(0, 60).Select(_ => (char)random.Next(1, 0x250))]);
            Assert.Equal(text, await ReadBackAsync(ShellWord.Quote(text)));
        }
    }

    [Fact]
    public void Plain_words_stay_readable_and_nul_is_refused()
    {
        string[] words = ["max_depth=3", "https://example.com/a.git", "a b", "-rf", "=x", ""];

        Assert.Equal(["max_depth=3", "https://example.com/a.git", "'a b'", "'-rf'", "'=x'", "''"], words.Select(ShellWord.Quote));
        Assert.Throws<ArgumentException>(() => ShellWord.Quote("a\0b"));
    }

    private static async Task<string> ReadBackAsync(string word)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"printf '%s' {word}"])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = new System.Text.UTF8Encoding(false),
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        })!;
        var text = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return text;
    }
}
