namespace MlHub.Demo.Pictures;

/// <summary>Capital letters, digits and a few signs drawn by hand, five pixels wide and seven high.</summary>
internal static class PixelFont
{
    public const int Advance = 6;
    public const int Height = 7;

    private static readonly Dictionary<char, List<(int X, int Y)>> Glyphs = ReadGlyphs();

    /// <summary>The inked pixels of a letter, from its top left corner; none for what the font does not have.</summary>
    public static IReadOnlyList<(int X, int Y)> PixelsOf(char letter) => Glyphs.GetValueOrDefault(char.ToUpperInvariant(letter), []);

    private static Dictionary<char, List<(int X, int Y)>> ReadGlyphs()
    {
        var glyphs = new Dictionary<char, List<(int, int)>>();
        string[] lines = [.. Drawing.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        // A line of letters, then seven lines of their pixels.
        for (int line = 0; line < lines.Length; line += Height + 1)
        {
            for (int at = 0; at < lines[line].Length; at++)
            {
                if (lines[line][at] != ' ')
                {
                    glyphs[lines[line][at]] = Pixels(lines.AsSpan(line + 1, Height), at);
                }
            }
        }

        return glyphs;
    }

    private static List<(int X, int Y)> Pixels(ReadOnlySpan<string> rows, int left)
    {
        var pixels = new List<(int, int)>();
        for (int y = 0; y < rows.Length; y++)
        {
            for (int x = 0; x < Advance - 1; x++)
            {
                if (left + x < rows[y].Length && rows[y][left + x] == '#')
                {
                    pixels.Add((x, y));
                }
            }
        }

        return pixels;
    }

    private const string Drawing =
        """
        A     B     C     D     E     F     G     H     I     J     K     L     M
        .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...#
        #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.##
        #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.#
        ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.#
        #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...#
        #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...#
        #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...#

        N     O     P     Q     R     S     T     U     V     W     X     Y     Z
        #...# .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# #####
        ##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....#
        #.#.# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#.
        #..## #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#..
        #...# #...# #.... #.#.# #.#.. ....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#...
        #...# #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #....
        #...# .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. #####

        0     1     2     3     4     5     6     7     8     9     $     -     .
        .###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###. ..#.. ..... .....
        #...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...# .#### ..... .....
        #..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...# #.#.. ..... .....
        #.#.# ..#.. ...#. ..##. #..#. ....# ####. ...#. .###. .#### .###. .###. .....
        ##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....# ..#.# ..... .....
        #...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ....# ####. ..... .##..
        .###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###. ..#.. ..... .##..

        """;
}
