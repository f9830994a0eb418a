using MlHub.Artifacts;
using MlHub.Serving;
using MlHub.Serving.Python;

namespace MlHub.Core.Tests.Serving;

/// <summary>How a model is loaded by its file MLmodel, or why it is not.</summary>
public sealed class PythonFlavorTests
{
    private static readonly string[] Sklearn = ["sklearn", "pandas", "cloudpickle"];

    [Fact]
    public void Scikit_learn_is_loaded_as_it_was_saved()
    {
        var flavor = Read("""
            flavors:
              python_function: {loader_module: mlflow.sklearn, predict_fn: predict_proba, code: src}
              sklearn: {pickled_model: trees.pkl, serialization_format: cloudpickle, sklearn_version: 1.2.1, code: src}
            """, "trees.pkl").Python!;

        Assert.Equal(("sklearn", "trees.pkl", "cloudpickle", "predict_proba", "src", "scikit-learn 1.2.1"), (flavor.Name, flavor.File, flavor.Format, flavor.Call, flavor.Code, flavor.SavedWith));
        Assert.Equal(Sklearn, flavor.Modules);
        Assert.Equal(
            "Its flavour scikit-learn needs scikit-learn, pandas, cloudpickle, which are not installed for /usr/bin/python3 on the hub's machine: apt-get install python3-sklearn python3-pandas python3-cloudpickle",
            PythonRuntime.Lack(flavor, ServingSettings.DebianPython, [.. flavor.Modules]));
        Assert.EndsWith(": /opt/python -m pip install scikit-learn", PythonRuntime.Lack(flavor, "/opt/python", ["sklearn"]), StringComparison.Ordinal);
        Assert.Null(PythonRuntime.Lack(flavor, "/opt/python", []));
    }

    [Fact]
    public void Onnx_comes_before_all_others()
    {
        var servable = Read("flavors:\n  onnx: {data: model.onnx}\n  sklearn: {pickled_model: model.pkl}\n", "model.onnx", "model.pkl");

        Assert.Equal(("model.onnx", null, null), (servable.OnnxFile, servable.Python, servable.Objection));
    }

    [Theory]
    [InlineData("xgboost: {data: model.ubj, model_class: xgboost.sklearn.XGBRegressor}", "xgboost", "model.ubj", "xgboost,pandas,sklearn")]
    [InlineData("xgboost: {data: model.xgb}", "xgboost", "model.xgb", "xgboost,pandas")]
    [InlineData("pytorch: {model_data: data}", "pytorch", "data/model.pth", "torch,pandas")]
    [InlineData("keras: {data: data}\n  python_function: {loader_module: mlflow.keras}", "python_function", "", "mlflow,pandas,keras")]
    [InlineData("python_function: {loader_module: mine}", "python_function", "", "mlflow,pandas")]
    public void Each_flavour_has_its_loader_and_modules(string flavors, string name, string file, string modules)
    {
        var flavor = Read($"flavors:\n  {flavors}\n", "model.ubj", "model.xgb", "data/model.pth").Python!;

        Assert.Equal((name, file, modules), (flavor.Name, flavor.File, string.Join(',', flavor.Modules)));
    }

    [Theory]
    [InlineData("sklearn: {pickled_model: model.skops, serialization_format: skops}", "saved as skops")]
    [InlineData("sklearn: {pickled_model: gone.pkl}", "Its file 'gone.pkl' is missing.")]
    [InlineData("sklearn: {pickled_model: ../../hub.db}", "Its file '../../hub.db' is missing.")]
    [InlineData("spark: {model_data: sparkml}\n  python_function: {loader_module: mlflow.spark}", "Spark cluster")]
    [InlineData("mleap: {model_data: mleap}", "Its flavours (mleap) are none that this hub serves")]
    public void What_no_hub_serves_says_why(string flavors, string why)
    {
        var servable = Read($"flavors:\n  {flavors}\n", "model.skops");

        Assert.Null(servable.Python);
        Assert.Contains(why, servable.Objection, StringComparison.Ordinal);
    }

    private static Servable Read(string yaml, params string[] files) => Servable.Of(ModelFile.ReadOrNull(yaml), null, [.. files.Select(f => (f, "", 0L))]);
}
