using MlHub.Reproduce;

namespace MlHub.Core.Tests.Reproduce;

/// <summary>The commands that make a run again.</summary>
public sealed class RecipeStepsTests
{
    private const string Run = "0123456789abcdef0123456789abcdef";
    private const string CommitId = "9f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c";

    [Fact]
    public void A_project_is_one_command_with_every_word_quoted()
    {
        var steps = Steps(
            new()
            {
                ["mlflow.source.type"] = "PROJECT",
                ["mlflow.source.name"] = "https://user:token@github.com/acme/prices.git#train",
                ["mlflow.source.git.commit"] = CommitId,
                ["mlflow.project.entryPoint"] = "train; id",
            },
            [new("alpha", "0.5"), new("name", "it's $(id)")]);

        Assert.Equal(
            $"export MLFLOW_TRACKING_URI=http://hub:5000\nmlflow run --version {CommitId} -e 'train; id' -P alpha=0.5 -P 'name=it'\\''s $(id)' -- 'https://github.com/acme/prices.git#train'",
            steps[0].Commands);
        Assert.Contains($"'mlhub.reproduces', sys.argv[2])\" \"$NEW_RUN_ID\" {Run}", steps[1].Commands, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_is_fetched_given_its_environment_and_run_with_the_tag()
    {
        var steps = Steps(
            new() { ["mlflow.source.name"] = "/home/dana/my project/train.py", ["mlflow.source.git.commit"] = CommitId, ["mlflow.source.git.repoURL"] = "git@github.com:acme/prices.git" },
            [], new("model", ["requirements.txt", "conda.yaml"]));

        Assert.Equal(
            [
                $"git clone -- git@github.com:acme/prices.git code\ncd code\ngit checkout --detach {CommitId}",
                $"export MLFLOW_TRACKING_URI=http://hub:5000\npython -m venv .venv\n. .venv/bin/activate\npip install mlflow\nmlflow artifacts download -r {Run} -a model/requirements.txt -d environment\npip install -r environment/model/requirements.txt",
                $"export MLFLOW_TRACKING_URI=http://hub:5000\nexport MLFLOW_RUN_CONTEXT='{{\"mlhub.reproduces\": \"{Run}\"}}'\npython train.py",
            ],
            steps.Select(s => s.Commands));
    }

    [Fact]
    public void What_git_would_run_or_take_for_an_option_is_no_address()
    {
        foreach (var repository in (string[])["ext::sh -c id", "--upload-pack=id", "-oProxyCommand=id@host:x", "file:///etc", "/srv/repo", "git@host:-x", "fd::17", "javascript:alert(1)", "ssh://-oProxyCommand=id/x", ""])
        {
            Assert.Null(RepositoryAddress.OrNull(repository));
        }

        Assert.Equal("ssh://git@host/a.git", RepositoryAddress.OrNull("ssh://git:secret@host/a.git"));
        Assert.Equal("https://host/a.git", RepositoryAddress.OrNull("https://token@host/a.git?x=1"));
    }

    [Fact]
    public void A_hostile_run_gives_no_command_of_its_own()
    {
        var steps = Steps(
            new() { ["mlflow.source.name"] = "-c import os.py", ["mlflow.source.git.commit"] = "HEAD; id", ["mlflow.source.git.repoURL"] = "ext::sh -c id" }, [new("a", "b\0c")], new("mo del;id", ["requirements.txt"]));

        Assert.DoesNotContain(steps, s => s.Commands.Contains("HEAD", StringComparison.Ordinal) || s.Commands.Contains("ext::", StringComparison.Ordinal));
        Assert.Contains("-a 'mo del;id/requirements.txt'", steps[0].Commands, StringComparison.Ordinal);
        Assert.EndsWith("python './-c import os.py'", steps[^1].Commands, StringComparison.Ordinal);
        var project = Steps(new() { ["mlflow.project.entryPoint"] = "main" }, [new("a", "b\0c"), new("d", "e")]);
        Assert.EndsWith("mlflow run -e main -P d=e -- .", project[0].Commands, StringComparison.Ordinal);
    }

    private static IReadOnlyList<RecipeStep> Steps(Dictionary<string, string> tags, KeyValuePair<string, string>[] @params, EnvironmentPlace? environment = null) =>
        RecipeSteps.Of("http://hub:5000/", Run, tags.GetValueOrDefault, @params, environment);
}
