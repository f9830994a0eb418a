using System.Text;
using System.Text.RegularExpressions;

namespace MlHub.Web.Access;

/// <summary>
/// What is left of a password once everything is taken away that guessers try first: well-known words, also with figures for
/// letters, rows of the keyboard, counting, years and what names the account. Combinations of such parts are guessed just as soon.
/// </summary>
internal static partial class GuessableWords
{
    private static readonly string[] Rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p"];
    private const int ShortestRun = 3;

    // The longest first, so that no word leaves a piece of another.
    private static readonly string[] Words =
    [
        .. """
        mlflow mlhub databricks tracking registry server model admin administrator root user guest system operator service default temp test demo sample
        password passwort passwd pass motdepasse contrasena senha parola secret geheim login signin letmein welcome willkommen bienvenue access open change
        changeme please hello hallo bonjour ciao love iloveyou iloveu loveyou lovely forever friend friends family mother father baby angel princess prince
        queen king master boss hero super superman batman spiderman pokemon naruto starwars minecraft fortnite matrix google facebook twitter linkedin
        instagram microsoft windows apple samsung android linux ubuntu docker internet computer laptop phone office company football soccer futbol
        baseball basketball hockey tennis golf liverpool arsenal chelsea barcelona juventus yankees cowboys steelers ferrari mercedes porsche mustang harley
        dragon monkey tiger lion eagle shark wolf bear panther butterfly flower rainbow sunshine summer winter spring autumn sommer herbst january
        february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday chocolate
        cookie cheese coffee pepper ginger banana orange cherry purple yellow green blue black white silver golden diamond crystal shadow phoenix thunder
        freedom trustno trust god jesus christ blessed heaven killer hunter ranger soldier jordan michael jennifer jessica daniel thomas robert william
        charlie andrew ashley nicole maria london berlin paris madrid america england germany deutschland france
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).OrderByDescending(w => w.Length),
    ];

    /// <summary>How many letters and digits nobody would have guessed.</summary>
    public static int UnguessedIn(string password, string? userName)
    {
        var plain = WithoutWords(Without(Years().Replace(password.ToLowerInvariant(), ""), userName));
        return WithoutRuns(WithoutWords(Letters(plain))).Count(char.IsLetterOrDigit);
    }

    private static string WithoutWords(string text) => Words.Aggregate(WithoutRuns(text), (left, word) => left.Replace(word, "", StringComparison.Ordinal));

    /// <summary>The parts of a name, too: of ann.lee@example.com nothing counts.</summary>
    private static string Without(string text, string? userName) =>
        NameParts().Split(userName?.ToLowerInvariant() ?? "").Prepend(userName?.ToLowerInvariant() ?? "").Where(p => p.Length > 2)
            .Aggregate(text, (left, part) => left.Replace(part, "", StringComparison.Ordinal));

    private static string WithoutRuns(string text)
    {
        var left = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var run = LongestRun(text, at);
            if (run < ShortestRun)
            {
                left.Append(text[at]);
                run = 1;
            }

            at += run;
        }

        return left.ToString();
    }

    private static int LongestRun(string text, int at)
    {
        var same = text.Skip(at).TakeWhile(c => c == text[at]).Count();
        return Rows.SelectMany(row => new[] { row, string.Concat(row.Reverse()) }).Select(row => Common(row, text, at)).Append(same).Max();
    }

    private static int Common(string row, string text, int at)
    {
        var start = row.IndexOf(text[at], StringComparison.Ordinal);
        var length = 0;
        while (start >= 0 && start + length < row.Length && at + length < text.Length && row[start + length] == text[at + length])
        {
            length++;
        }

        return length;
    }

    private static string Letters(string text) => string.Concat(text.Select(c => c switch
    {
        '0' => 'o',
        '1' or '!' or '|' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    }));

    [GeneratedRegex("(19|20)[0-9]{2}")]
    private static partial Regex Years();

    [GeneratedRegex("[-._@+]")]
    private static partial Regex NameParts();
}
