using System.Text.RegularExpressions;

namespace MlHub.Serving.Monitoring;

/// <summary>Makes what a worker wrote into what a page can show.</summary>
public static partial class WorkerLines
{
    /// <summary>Without the colours of a terminal and other control characters; of a long line the beginning.</summary>
    public static string Shown(string line, int most)
    {
        // Cut first: what a model prints may be as long as it likes.
        var cut = line.Length > 2 * most ? line[..(2 * most)] : line;
        var text = Control().Replace(Colour().Replace(cut, ""), " ").TrimEnd();
        return text.Length > most ? text[..most] + "…" : text.Length == 0 || cut.Length == line.Length ? text : text + "…";
    }

    /// <summary>In the words of ONNX Runtime (<c>[W:onnxruntime…]</c>) and of Python's logging and exceptions.</summary>
    public static LineLevel LevelOf(string line) =>
        Error().IsMatch(line) ? LineLevel.Error : Warning().IsMatch(line) ? LineLevel.Warning : LineLevel.Plain;

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Colour();

    [GeneratedRegex(@"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}-[\t]]")]
    private static partial Regex Control();

    [GeneratedRegex(@"\[[EF]:|\b(?:ERROR|CRITICAL|FATAL)\b|^Traceback |^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b")]
    private static partial Regex Error();

    [GeneratedRegex(@"\[W:|\b(?:WARNING|WARN)\b|\b[A-Z]\w*Warning\b")]
    private static partial Regex Warning();
}
