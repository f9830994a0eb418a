using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Reproduce;

/// <summary>
/// Texts of others as single words of a shell's command line: bash, zsh and ksh read back exactly the text, and nothing of it is run. Characters
/// that a terminal would act on while they are pasted, and those that show a text otherwise than it is, are written by number.
/// </summary>
public static partial class ShellWord
{
    /// <exception cref="ArgumentException">The text holds the character 0, which no command line can carry.</exception>
    public static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("No command line can carry the character 0.", nameof(text));
        }

        return Plain().IsMatch(text) ? text
            : text.EnumerateRunes().Any(IsUnseen) ? Numbered(text)
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static string Numbered(string text)
    {
        var quoted = new StringBuilder("$'");
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnseen(rune))
            {
                // Three octal digits always, so that a digit that follows is no part of the number.
                foreach (var part in bytes[..rune.EncodeToUtf8(bytes)])
                {
                    quoted.Append('\\').Append(Convert.ToString(part, 8).PadLeft(3, '0'));
                }
            }
            else
            {
                quoted.Append(rune.Value is '\'' or '\\' ? "\\" : "").Append(rune.ToString());
            }
        }

        return quoted.Append('\'').ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;

    [GeneratedRegex(@"^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
