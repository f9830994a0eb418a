using System.Diagnostics;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>
/// Whatever MLflow's own package loads, by a Python that the setting names. The package here is a stand-in with MLflow's two calls (docs of
/// <c>mlflow.pyfunc</c>): <c>load_model(path)</c> and the model's <c>predict(data, params)</c>.
/// </summary>
public sealed class PyFuncTests : IAsyncLifetime
{
    private const string Package = """
        import os, pandas, types

        __version__ = "2.14.1"


        class Model:
            def __init__(self, path):
                self.flavors = open(os.path.join(os.path.abspath(path), "MLmodel")).read()

            def predict(self, data, params=None):
                factor = (params or {"factor": 0})["factor"]
                return pandas.DataFrame({"sum": data.sum(axis=1) * factor, "kind": [str(t) for t in data.dtypes][0], "is_function": "mlflow.pyfunc" in self.flavors})


        pyfunc = types.SimpleNamespace(load_model=Model)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlhub-python-").FullName;

    public async ValueTask InitializeAsync()
    {
        using var venv = Process.Start("/usr/bin/python3", ["-m", "venv", "--without-pip", "--system-site-packages", _folder]);
        await venv.WaitForExitAsync();
        await File.WriteAllTextAsync(Path.Combine(Directory.EnumerateDirectories(Path.Combine(_folder, "lib"), "python3*").Single(), "site-packages", "mlflow.py"), Package);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_function_is_asked_with_a_data_frame_and_its_params()
    {
        await using TestHub hub = new(("MlHub:Serving:Python", Path.Combine(_folder, "bin", "python3")));
        var (ann, ada) = (await hub.ProgramOfAsync("ann"), await hub.ProgramOfAsync("ada", isAdmin: true));
        var model = await ann.GivenPythonModelAsync("function", trustedBy: ada);

        var plain = await ann.InvokeAsync(model, "1", """{"inputs": [[1, 2.5], [3, 4]]}""");
        var threefold = await ann.InvokeAsync(model, "1", """{"dataframe_records": [{"beds": 1, "sqft": 2}], "params": {"factor": 3}}""");

        Assert.Equal("""{"predictions":[{"sum":3.5,"kind":"float64","is_function":true},{"sum":7,"kind":"float64","is_function":true}]}""", plain.Text);
        Assert.Equal("""{"predictions":[{"sum":9,"kind":"float64","is_function":true}]}""", threefold.Text);
    }
}
