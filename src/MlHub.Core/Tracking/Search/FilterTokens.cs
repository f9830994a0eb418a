namespace MlHub.Tracking.Search;

/// <summary>The tokens of a text, read from the first to the last.</summary>
internal sealed class FilterTokens(FilterSource source)
{
    private readonly List<FilterToken> _tokens = FilterLexer.Read(source);
    private int _at;

    public FilterSource Source => source;

    public FilterToken Current => _tokens[_at];

    public FilterToken Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public FilterToken Take()
    {
        var token = Current;
        _at = Math.Min(_at + 1, _tokens.Count - 1);
        return token;
    }

    public bool TakeWord(string word) => TakeIf(Current.IsWord(word));

    public bool TakeSymbol(string symbol) => TakeIf(Current.IsSymbol(symbol));

    public HubException Expected(string what) => Refuse(Current, $"expected {what}, found {Found()}.");

    /// <summary>The same where an operator was wanted.</summary>
    public HubException ExpectedOperator(string which) => Refuse(Current, $"Invalid comparison operator: expected {which}, found {Found()}.");

    public HubException Refuse(FilterToken at, string problem) => FilterRefusal.At(source, at.Position, problem);

    private string Found() => Current.Kind == TokenKind.End ? "the end" : $"'{FilterRefusal.Shown(source, Current)}'";

    private bool TakeIf(bool wanted)
    {
        _at += wanted ? 1 : 0;
        return wanted;
    }
}
