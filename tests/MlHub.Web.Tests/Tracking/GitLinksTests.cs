using MlHub.Web.Tracking;

namespace MlHub.Web.Tests.Tracking;

public sealed class GitLinksTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("https://github.com/team/churn.git", "https://github.com/team/churn/commit/" + Commit)]
    [InlineData("git@github.com:team/churn.git", "https://github.com/team/churn/commit/" + Commit)]
    [InlineData("https://ann:secret@gitlab.com/group/sub/churn", "https://gitlab.com/group/sub/churn/-/commit/" + Commit)]
    [InlineData("ssh://git@gitlab.example.com:2222/group/churn.git", "https://gitlab.example.com/group/churn/-/commit/" + Commit)]
    [InlineData("https://dev.azure.com/org/project/_git/churn", "https://dev.azure.com/org/project/_git/churn/commit/" + Commit)]
    [InlineData("https://git.example.com/churn.git", null)]
    [InlineData("javascript:alert(1)//github.com/x", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData("/home/ann/churn", null)]
    [InlineData("https://github.com/", null)]
    [InlineData("", null)]
    public void A_commit_links_to_its_page_where_there_is_one(string repository, string? url) => Assert.Equal(url, GitLinks.CommitOrNull(repository, Commit));

    [Theory]
    [InlineData("main")]
    [InlineData("../../evil")]
    [InlineData("0123456789ABCDEF\"onclick")]
    public void What_is_no_commit_is_not_linked(string commit) => Assert.Null(GitLinks.CommitOrNull("https://github.com/team/churn", commit));

    [Theory]
    [InlineData("https://ann:secret@git.example.com/churn.git", "https://git.example.com/churn")]
    [InlineData("http://git.example.com:3000/a/b", "http://git.example.com:3000/a/b")]
    [InlineData("ftp://git.example.com/a", null)]
    public void A_repository_is_shown_without_credentials(string repository, string? page) => Assert.Equal(page, GitLinks.RepositoryOrNull(repository));
}
