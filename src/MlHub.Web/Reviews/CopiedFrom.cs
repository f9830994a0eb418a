using System.Globalization;
using MlHub.Registry;

namespace MlHub.Web.Reviews;

/// <summary>What a version's source says of where it came from.</summary>
internal static class CopiedFrom
{
    private const string Scheme = "models:/";

    /// <summary>The version that it is a copy of, from <c>models:/name/3</c>.</summary>
    public static VersionKey? VersionOrNull(string source) =>
        source.StartsWith(Scheme, StringComparison.Ordinal) && source[Scheme.Length..].Trim('/').Split('/') is [{ Length: > 0 } model, var number]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0
            ? new(model, n)
            : null;
}
