using System.Text.RegularExpressions;

namespace MlHub.Web.Tests.Attacks;

/// <summary>docs/security.md names each known attack once, with tests that exist.</summary>
public sealed partial class SecurityPageTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "security.md"));

    [Fact]
    public void The_page_tells_of_every_attack_once()
    {
        var told = Lines.Select(l => Row().Match(l)).Where(r => r.Success).Select(r => int.Parse(r.Groups[1].Value)).ToList();

        Assert.Equal(Enumerable.Range(1, 80), told);
    }

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var classes = new[] { "tests", "e2e" }.SelectMany(d => Directory.EnumerateFiles(Path.Combine(Repository.Root, d), "*.cs", SearchOption.AllDirectories)).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = Lines.Where(l => Row().IsMatch(l)).SelectMany(l => Named().Matches(l)).Select(m => m.Groups[1].Value).Distinct().ToList();

        Assert.True(named.Count > 20);
        Assert.DoesNotContain(named, n => !classes.Contains(n));
    }

    [Fact]
    public void An_attack_has_a_test_or_a_reason_why_it_has_none() =>
        Assert.All(Lines.Where(l => Row().IsMatch(l)), l => Assert.True(Named().IsMatch(l) || l.Contains("no surface", StringComparison.Ordinal), l));

    [GeneratedRegex(@"^\| (\d+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z]\w+(?:Tests|Journey))`")]
    private static partial Regex Named();
}
