using System.Globalization;
using System.Text.Json;

namespace MlHub.Scoring.Values;

/// <summary>A value as it was sent: of JSON, or a field of CSV.</summary>
public readonly struct Cell
{
    private readonly JsonElement _json;
    private readonly string? _text;
    private readonly bool _isJson;

    public Cell(JsonElement json) => (_json, _isJson) = (json, true);

    /// <param name="text">An unquoted field that stands for nothing is missing.</param>
    /// <param name="quoted">Whether it stood in quotes.</param>
    public Cell(string text, bool quoted) => _text = !quoted && text is "" or "NA" or "N/A" or "NaN" or "nan" or "null" or "NULL" or "None" or "#N/A" ? null : text;

    /// <summary>What pandas would call the kind of the value.</summary>
    public string Kind => this switch
    {
        { IsMissing: true } => "float64",
        { _isJson: false } => "object",
        { _json.ValueKind: JsonValueKind.True or JsonValueKind.False } => "bool",
        { _json.ValueKind: JsonValueKind.Number } => _json.TryGetInt64(out _) ? "int64" : "float64",
        _ => "object",
    };

    public bool IsMissing => _isJson ? _json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined : _text is null;

    /// <summary>The list that it is; null for anything else.</summary>
    public JsonElement? List => _isJson && _json.ValueKind == JsonValueKind.Array ? _json : null;

    public bool IsObject => _isJson && _json.ValueKind == JsonValueKind.Object;

    /// <summary>How it is told in a refusal.</summary>
    public string Shown
    {
        get
        {
            const int most = 50;
            var text = IsMissing ? "nothing" : _isJson ? _json.GetRawText() : $"'{_text}'";
            return text.Length > most ? text[..most] + "..." : text;
        }
    }

    /// <summary>The text; null for what is none.</summary>
    public string? Text => !_isJson ? _text : _json.ValueKind == JsonValueKind.String ? _json.GetString() : null;

    public bool TryNumber(out double number)
    {
        if (_isJson && _json.ValueKind == JsonValueKind.Number)
        {
            return _json.TryGetDouble(out number) && double.IsFinite(number);
        }

        if (Truth is { } truth && _isJson)
        {
            number = truth ? 1 : 0;
            return true;
        }

        return double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A whole number, also where it was sent as <c>3.0</c>.</summary>
    public bool TryWhole(out Int128 number)
    {
        if (_isJson && _json.ValueKind == JsonValueKind.Number && _json.TryGetInt64(out var whole))
        {
            number = whole;
            return true;
        }

        if (Text is { } text && Int128.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        if (_isJson && _json.ValueKind == JsonValueKind.Number && Int128.TryParse(_json.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return true;
        }

        const double exact = 1L << 53;
        number = 0;
        if (TryNumber(out var real) && Math.Abs(real) <= exact && real == Math.Truncate(real))
        {
            number = (Int128)real;
            return true;
        }

        return false;
    }

    /// <summary>Whether it is true or false; null for what is neither.</summary>
    public bool? Truth => !_isJson
        ? bool.TryParse(_text, out var read) ? read : _text switch { "1" => true, "0" => false, _ => null }
        : _json.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => _json.TryGetDouble(out var number) ? number != 0 : null,
            JsonValueKind.String => bool.TryParse(_json.GetString(), out var text) ? text : null,
            _ => null,
        };
}
