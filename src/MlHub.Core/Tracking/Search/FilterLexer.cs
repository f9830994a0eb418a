using System.Globalization;
using System.Text;

namespace MlHub.Tracking.Search;

/// <summary>Cuts a filter or an order into tokens, in one pass.</summary>
internal sealed class FilterLexer(FilterSource source)
{
    private static readonly string[] Symbols = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "."];

    private readonly string _text = source.Text;
    private int _at;

    /// <exception cref="HubException">Invalid where the text is too long or holds what can be no token.</exception>
    public static List<FilterToken> Read(FilterSource source)
    {
        if (source.Text.Length > Limits.FilterLength)
        {
            throw HubException.Invalid($"Invalid {source.Name}: it has {source.Text.Length} characters, at most {Limits.FilterLength} are allowed.");
        }

        return new FilterLexer(source).Read();
    }

    private List<FilterToken> Read()
    {
        List<FilterToken> tokens = [];
        do
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }

            tokens.Add(Next());
            _at = tokens[^1].End;
        }
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private FilterToken Next()
    {
        if (_at == _text.Length)
        {
            return new(TokenKind.End, _at, 0, "");
        }

        var first = _text[_at];
        return first switch
        {
            '\'' or '"' => Quoted(first, TokenKind.Text),
            '`' => Quoted(first, TokenKind.Backticked),
            _ when StartsNumber() => Number(),
            _ when char.IsLetter(first) || first == '_' => Word(),
            _ => Symbol(),
        };
    }

    /// <summary>A quote inside is written twice. A backslash is an ordinary character, as in a Windows path.</summary>
    private FilterToken Quoted(char quote, TokenKind kind)
    {
        var value = new StringBuilder();
        for (var i = _at + 1; i < _text.Length; i++)
        {
            if (_text[i] == quote && (i + 1 == _text.Length || _text[i + 1] != quote))
            {
                return new(kind, _at, i + 1 - _at, value.ToString(), Quote: quote);
            }

            i += _text[i] == quote ? 1 : 0;
            value.Append(_text[i]);
            RequireStorable(i);
        }

        throw FilterRefusal.At(source, _at, $"this {quote} has no closing {quote}.");
    }

    private bool StartsNumber()
    {
        if (FollowsName() && !char.IsAsciiDigit(_text[_at]))
        {
            return false;
        }

        var digits = _text[_at] is '-' or '+' ? _at + 1 : _at;
        return char.IsAsciiDigit(At(digits)) || (At(digits) == '.' && char.IsAsciiDigit(At(digits + 1)))
            || (digits > _at && string.Compare(_text, digits, "inf", 0, 3, StringComparison.OrdinalIgnoreCase) == 0);
    }

    /// <summary>What stands right behind a name is part of no number: <c>metrics.5</c>, <c>metrics.val-5</c>.</summary>
    private bool FollowsName() => _at > 0 && (char.IsLetterOrDigit(_text[_at - 1]) || _text[_at - 1] is '_' or '`' or '"');

    private FilterToken Number()
    {
        var end = _at + 1;
        while (char.IsAsciiLetterOrDigit(At(end)) || At(end) is '.' or '_' || (At(end) is '-' or '+' && At(end - 1) is 'e' or 'E' && char.IsAsciiDigit(At(end + 1))))
        {
            end++;
        }

        var number = _text[_at..end];
        return TryRead(number, out var value)
            ? new(TokenKind.Number, _at, end - _at, number, value)
            : throw FilterRefusal.At(source, _at, $"'{FilterRefusal.Shown(source, new(TokenKind.Word, _at, end - _at, number))}' is not a number.");
    }

    private static bool TryRead(string number, out double value)
    {
        if (number[1..].ToUpperInvariant() is "INF" or "INFINITY")
        {
            value = number[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);
    }

    private FilterToken Word()
    {
        var end = _at + 1;
        while (char.IsLetterOrDigit(At(end)) || At(end) == '_')
        {
            end++;
        }

        return new(TokenKind.Word, _at, end - _at, _text[_at..end]);
    }

    private FilterToken Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) == 0)
            {
                return new(TokenKind.Symbol, _at, symbol.Length, symbol);
            }
        }

        throw FilterRefusal.At(
            source, _at,
            _text[_at] is '-' or '/'
                ? $"'{_text[_at]}' is not expected here. A key with other characters than letters, digits, '_' and '.' is written in backticks, like metrics.`val-loss`."
                : "this character is not expected here.");
    }

    /// <summary>PostgreSQL keeps no NUL, and half a character is no text for any database.</summary>
    private void RequireStorable(int at)
    {
        var whole = !char.IsSurrogate(_text[at])
            || (char.IsHighSurrogate(_text[at]) ? char.IsLowSurrogate(At(at + 1)) : at > 0 && char.IsHighSurrogate(_text[at - 1]));
        if (!whole || _text[at] == '\0')
        {
            throw FilterRefusal.At(source, at, "this character cannot be part of a text.");
        }
    }

    private char At(int i) => i < _text.Length ? _text[i] : '\0';
}
