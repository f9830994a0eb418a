using System.Text.RegularExpressions;

namespace MlHub.Tracking.Table;

/// <summary>What the search language expects at a place in a filter.</summary>
public enum Expected
{
    Nothing,
    Field,

    /// <summary>A key of <see cref="FilterCompletion.Kind"/>.</summary>
    Key,
    Operator,
    Value,

    /// <summary>NULL, NAN or NOT.</summary>
    State,

    /// <summary>AND or OR.</summary>
    Link,
}

/// <summary>
/// Reads a filter up to where somebody types, to tell what may come next. It is forgiving where the parser is not: what is typed is seldom whole.
/// </summary>
/// <param name="Expected">What may come.</param>
/// <param name="From">Where that begins, and so what a choice replaces.</param>
/// <param name="Begun">How much of it is there already.</param>
/// <param name="Kind">The word before the dot of the field at hand, such as <c>metrics</c>; null for a bare attribute.</param>
/// <param name="Key">The name or key of the field at hand.</param>
public sealed partial record FilterCompletion(Expected Expected, int From, string Begun, string? Kind = null, string? Key = null)
{
    public static FilterCompletion At(string before)
    {
        List<Match> tokens = [.. Token().Matches(before).Where(m => !string.IsNullOrWhiteSpace(m.Value))];
        var open = tokens.Count > 0 && tokens[^1].Index + tokens[^1].Length == before.Length && IsBegun(tokens[^1].Value) ? tokens[^1] : null;
        var walk = new Walk();
        foreach (var token in tokens.Where(t => t != open))
        {
            walk.Take(token.Value, token.Index);
        }

        var (from, begun) = open is null ? (before.Length, "") : (open.Index, open.Value.TrimStart('\'', '"', '`'));
        return walk.Next switch
        {
            Expected.Key => new(Expected.Key, walk.FieldAt, begun, walk.Kind),
            _ when walk.InBetween && open is null => new(Expected.Nothing, from, ""),
            _ => new(walk.Next, from, begun, walk.Kind, walk.Key),
        };
    }

    /// <summary>A word that may go on, or a quote that was not closed.</summary>
    private static bool IsBegun(string token) =>
        char.IsLetter(token[0]) || token[0] == '_' || (token[0] is '\'' or '"' or '`' && (token.Length == 1 || token[^1] != token[0]));

    [GeneratedRegex("""'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|[\p{L}_][\p{L}\d_]*|[-+]?\.?\d[\w.+-]*|<=|>=|!=|<>|\S""", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    /// <summary>Goes through whole tokens; what it does not understand it passes over.</summary>
    private sealed class Walk
    {
        private bool _isList;

        public Expected Next { get; private set; } = Expected.Field;
        public bool InBetween { get; private set; }
        public string? Kind { get; private set; }
        public string? Key { get; private set; }
        public int FieldAt { get; private set; }

        public void Take(string token, int at)
        {
            var word = token.ToUpperInvariant();
            Next = (Next, word) switch
            {
                (Expected.Field, "(" or "NOT") => Expected.Field,
                (Expected.Field, _) => Begin(token, at),
                (Expected.Operator, ".") => Dot(),
                (Expected.Key, _) => Named(token),
                (Expected.Operator, "NOT") => Expected.Operator,
                (Expected.Operator, "IS") => Expected.State,
                (Expected.Operator, "BETWEEN") => Between(),
                (Expected.Operator, _) => Expected.Value,
                (Expected.State, "NOT") => Expected.State,
                (Expected.Value, "(") => List(),
                (Expected.Link, "," or ")") when _isList => Listed(word),
                (Expected.Link, "AND") when InBetween => Bounded(),
                (Expected.Link, "AND" or "OR") => Expected.Field,
                _ => Expected.Link,
            };
        }

        private Expected Begin(string token, int at)
        {
            (Kind, Key, FieldAt, _isList) = (null, token.Trim('`', '"'), at, false);
            return Expected.Operator;
        }

        private Expected Dot()
        {
            (Kind, Key) = Kind is null ? (Key, null) : (Kind, Key + ".");
            return Expected.Key;
        }

        private Expected Named(string token)
        {
            Key += token.Trim('`', '"');
            return Expected.Operator;
        }

        private Expected Between()
        {
            InBetween = true;
            return Expected.Value;
        }

        private Expected Bounded()
        {
            InBetween = false;
            return Expected.Value;
        }

        private Expected List()
        {
            _isList = true;
            return Expected.Value;
        }

        private Expected Listed(string token)
        {
            _isList = token == ",";
            return _isList ? Expected.Value : Expected.Link;
        }
    }
}
