using MlHub.Artifacts;

namespace MlHub.Core.Tests.Artifacts;

public sealed class PythonEnvironmentTests
{
    [Fact]
    public void Packages_are_read_from_a_list_of_requirements()
    {
        var packages = Read(PythonEnvironment.Requirements, "mlflow==2.17.2\nScikit_Learn == 1.5.0  # pinned\n\n# none\nnumpy>=1.26,<2 ; python_version > '3.9'\nuvicorn[standard]==0.30\n-r other.txt\n--hash=sha256:ab\npandas\n");

        Assert.Equal(["mlflow=2.17.2", "numpy=>=1.26,<2", "pandas=", "scikit-learn=1.5.0", "uvicorn=0.30"], packages);
    }

    [Fact]
    public void A_conda_file_names_the_interpreter_and_what_pip_installs() =>
        Assert.Equal(["pip=<=24", "python=3.11.7", "shap=0.46"], Read(PythonEnvironment.Conda, "channels: [conda-forge]\ndependencies:\n- python=3.11.7\n- pip<=24\n- pip:\n  - shap==0.46\n"));

    [Fact]
    public void The_requirements_count_more_than_the_conda_file_and_the_python_file_most()
    {
        var texts = new Dictionary<string, string>
        {
            [PythonEnvironment.Requirements] = "shap==0.47",
            [PythonEnvironment.Conda] = "dependencies:\n- python=3.10\n- pip:\n  - shap==0.46",
            [PythonEnvironment.Python] = "python: 3.11.7\nbuild_dependencies: [pip]",
        };

        Assert.Equal(["python=3.11.7", "shap=0.47"], Lines(PythonEnvironment.Read(texts.GetValueOrDefault)));
    }

    [Theory]
    [InlineData(PythonEnvironment.Conda, "dependencies: {a: b}")]
    [InlineData(PythonEnvironment.Conda, "- [")]
    [InlineData(PythonEnvironment.Python, "python: [1]")]
    [InlineData(PythonEnvironment.Requirements, "git+https://example.com/x.git")]
    public void What_cannot_be_read_names_no_version(string file, string text) => Assert.Empty(Read(file, text));

    private static IEnumerable<string> Read(string file, string text) => Lines(PythonEnvironment.Read(f => f == file ? text : null));

    private static IEnumerable<string> Lines(Dictionary<string, string> packages) => packages.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}");
}
