namespace MlHub.Tracking.Search;

internal enum TokenKind
{
    Word,
    Text,
    Backticked,
    Number,
    Symbol,
    End,
}

/// <summary>
/// One piece of a filter: what it says and where. For quoted pieces <paramref name="Value"/> is without the quotes;
/// <paramref name="Quote"/> is the quote used, if any.
/// </summary>
internal readonly record struct FilterToken(TokenKind Kind, int Position, int Length, string Value, double Number = 0, char Quote = '\0')
{
    public int End => Position + Length;

    /// <summary>Text in double quotes may name a key as well; text in single quotes is always a value.</summary>
    public bool NamesKey => Kind is TokenKind.Word or TokenKind.Backticked || Quote == '"';

    public bool IsWord(string word) => Kind == TokenKind.Word && Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Value == symbol;
}
