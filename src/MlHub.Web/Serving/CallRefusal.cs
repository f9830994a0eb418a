using System.Text.RegularExpressions;

namespace MlHub.Web.Serving;

/// <summary>What a model refused, at the fields that its words name.</summary>
public sealed partial class CallRefusal
{
    private readonly Dictionary<(int? Row, string Field), string> _wrong = [];

    /// <param name="message">In the words of MLflow's schema enforcement.</param>
    /// <param name="fields">The names of columns, tensors and params.</param>
    public CallRefusal(string message, IEnumerable<string> fields)
    {
        // What stands before repeats all names of the request and of the signature.
        var at = message.IndexOf(SchemaEnd, StringComparison.Ordinal);
        var detail = at < 0 ? message : message[(at + SchemaEnd.Length)..];
        var missing = Missing().Match(detail);
        foreach (var name in fields)
        {
            if (missing.Success && missing.Groups[1].Value.Contains($"'{name}'", StringComparison.Ordinal))
            {
                _wrong[(null, name)] = "It is missing.";
            }
            else if (!missing.Success && (detail.Contains($"column {name} ", StringComparison.Ordinal) || detail.Contains($"column {name}.", StringComparison.Ordinal) || detail.Contains($"'{name}'", StringComparison.Ordinal)))
            {
                var row = Row().Match(detail);
                _wrong[(row.Success ? int.Parse(row.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : null, name)] = Inner().Match(detail) is { Success: true } inner ? Sentence(inner.Groups[1].Value) : detail;
            }
        }
    }

    private const string SchemaEnd = "]'. Error: ";

    public bool IsEmpty => _wrong.Count == 0;

    /// <summary>What is wrong with a field in a row, from 0; null where nothing is said of it.</summary>
    public string? Of(int row, string field) => _wrong.GetValueOrDefault((row, field)) ?? _wrong.GetValueOrDefault((null, field));

    private static string Sentence(string words) => words.Length == 0 ? words : $"{char.ToUpperInvariant(words[0])}{words[1..]}.";

    [GeneratedRegex(@"(?:is )?missing inputs \[(.*?)\]\.")]
    private static partial Regex Missing();

    [GeneratedRegex(@"\(row (\d+)\)")]
    private static partial Regex Row();

    [GeneratedRegex(@"Error: '?(.*?)'?(?: \(row \d+\))?\.?(?: Incompatible input types.*)?$", RegexOptions.Singleline)]
    private static partial Regex Inner();
}
