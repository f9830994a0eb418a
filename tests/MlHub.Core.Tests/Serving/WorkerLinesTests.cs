using MlHub.Serving.Monitoring;

namespace MlHub.Core.Tests.Serving;

/// <summary>What a worker wrote, as a page shows it.</summary>
public sealed class WorkerLinesTests
{
    [Theory]
    [InlineData("loaded 3 trees", LineLevel.Plain)]
    [InlineData("no errors", LineLevel.Plain)]
    [InlineData("2026-01-02 03:04:05.678 [W:onnxruntime:, graph.cc:1] Initializer appears in graph inputs", LineLevel.Warning)]
    [InlineData("2026-01-02 03:04:05.678 [E:onnxruntime:, node.cc:1] Non-zero status code", LineLevel.Error)]
    [InlineData("2026/01/02 03:04:05 WARNING mlflow.pyfunc: versions differ", LineLevel.Warning)]
    [InlineData("/usr/lib/x.py:3: FutureWarning: use y", LineLevel.Warning)]
    [InlineData("ERROR: it broke", LineLevel.Error)]
    [InlineData("Traceback (most recent call last):", LineLevel.Error)]
    [InlineData("ValueError: could not convert", LineLevel.Error)]
    [InlineData("sklearn.exceptions.NotFittedError: fit it first", LineLevel.Error)]
    public void The_level_is_guessed_from_the_words(string line, LineLevel level) => Assert.Equal(level, WorkerLines.LevelOf(line));

    [Fact]
    public void Colours_and_control_characters_are_no_text() =>
        Assert.Equal("red and\ttab <b>", WorkerLines.Shown("\u001b[31mred\u001b[0m\u0000and\ttab\u202e<b>\r", 100));

    [Fact]
    public void A_long_line_is_cut()
    {
        Assert.Equal(new string('x', 10) + "…", WorkerLines.Shown(new string('x', 1_000_000), 10));
        Assert.Equal("0123456789", WorkerLines.Shown("0123456789", 10));
    }
}
