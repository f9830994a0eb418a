using System.Globalization;
using System.Text;
using System.Text.Json;
using MlHub.Scoring;

namespace MlHub.Serving.Traffic;

/// <summary>Whether two versions say the same.</summary>
public enum Agreement
{
    Same,

    /// <summary>No number differs by more than a thousandth of the larger.</summary>
    Close,
    Different,
}

/// <summary>Where two answers are furthest from each other.</summary>
/// <param name="Path">Within the answer, such as <c>predictions[0].price</c>.</param>
/// <param name="Present">What the callers were told.</param>
/// <param name="Candidate">What the other version says.</param>
/// <param name="Size">The difference as a share of the larger number; 2 where they are no numbers.</param>
public sealed record AnswerDifference(string Path, string Present, string Candidate, double Size);

/// <summary>Holds the answers of two versions to the same request against each other.</summary>
internal sealed class AnswerComparison
{
    public const double Tolerance = 0.001;

    private const double NoNumber = 2;
    private const int LongestValue = 100;

    private readonly Stack<object> _path = new();

    private AnswerComparison()
    {
    }

    /// <summary>The largest difference; null where there is none.</summary>
    public AnswerDifference? Largest { get; private set; }

    public Agreement Agreement => Largest is null ? Agreement.Same : Largest.Size <= Tolerance ? Agreement.Close : Agreement.Different;

    public static AnswerComparison Of(ScoringAnswer present, ScoringAnswer candidate)
    {
        AnswerComparison comparison = new();
        if (present.Status != candidate.Status)
        {
            comparison.Tell(Status(present), Status(candidate), NoNumber, "status");
        }
        else if (!present.Body.Span.SequenceEqual(candidate.Body.Span))
        {
            using var one = JsonDocument.Parse(Json(present));
            using var other = JsonDocument.Parse(Json(candidate));
            // The rest says who answered, and that differs.
            foreach (var name in new[] { "predictions", "outputs" })
            {
                comparison.Walk(name, Part(one, name), Part(other, name));
            }

            if (!Raw(present).SequenceEqual(Raw(candidate)))
            {
                comparison.Tell($"{Raw(present).Length} bytes", $"{Raw(candidate).Length} bytes", NoNumber, "raw tensors");
            }
        }

        return comparison;
    }

    private void Walk(object step, JsonElement? present, JsonElement? candidate)
    {
        _path.Push(step);
        switch (present?.ValueKind, candidate?.ValueKind)
        {
            case (null, null):
                break;
            case (JsonValueKind.Number, JsonValueKind.Number):
                var size = RelativeDifference.Of(present!.Value.GetDouble(), candidate!.Value.GetDouble());
                if (size > (Largest?.Size ?? 0))
                {
                    Tell(present.Value.GetRawText(), candidate.Value.GetRawText(), size);
                }

                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when present!.Value.GetArrayLength() == candidate!.Value.GetArrayLength():
                foreach (var (index, (one, other)) in present.Value.EnumerateArray().Zip(candidate.Value.EnumerateArray()).Index())
                {
                    Walk(index, one, other);
                }

                break;
            case (JsonValueKind.Object, JsonValueKind.Object):
                foreach (var name in present!.Value.EnumerateObject().Select(p => p.Name).Union(candidate!.Value.EnumerateObject().Select(p => p.Name)))
                {
                    Walk(name, OrNull(present.Value, name), OrNull(candidate.Value, name));
                }

                break;
            default:
                var (text, otherText) = (Text(present), Text(candidate));
                if (text != otherText && (Largest?.Size ?? 0) < NoNumber)
                {
                    Tell(text, otherText, NoNumber);
                }

                break;
        }

        _path.Pop();
    }

    private void Tell(string present, string candidate, double size, string? path = null) => Largest = new(path ?? Path(), Cut(present), Cut(candidate), size);

    private string Path()
    {
        StringBuilder path = new();
        foreach (var step in _path.Reverse())
        {
            path.Append(step is string name ? path.Length > 0 ? $".{name}" : name : string.Create(CultureInfo.InvariantCulture, $"[{step}]"));
        }

        return Cut(path.ToString());
    }

    private static string Status(ScoringAnswer answer)
    {
        using var json = JsonDocument.Parse(Json(answer));
        return $"{answer.Status} {(OrNull(json.RootElement, "message") ?? OrNull(json.RootElement, "error"))?.ToString()}".TrimEnd();
    }

    private static JsonElement? Part(JsonDocument json, string name) => OrNull(json.RootElement, name);

    private static JsonElement? OrNull(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : null;

    private static string Text(JsonElement? value) => value?.GetRawText() ?? "nothing";

    private static ReadOnlyMemory<byte> Json(ScoringAnswer answer) => answer.JsonLength is { } length ? answer.Body[..length] : answer.Body;

    private static ReadOnlySpan<byte> Raw(ScoringAnswer answer) => answer.JsonLength is { } length ? answer.Body.Span[length..] : [];

    private static string Cut(string text) => text.Length > LongestValue ? $"{text[..LongestValue]}…" : text;
}
