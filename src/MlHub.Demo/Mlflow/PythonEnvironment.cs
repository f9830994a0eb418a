namespace MlHub.Demo.Mlflow;

/// <summary>The Python packages that load the model elsewhere; nothing here needs Python.</summary>
internal static class PythonEnvironment
{
    public const string Python = "3.11.9";
    public const string Mlflow = "2.17.2";
    public const string Onnx = "1.16.2";

    private const string OnnxRuntime = "1.19.2";

    public const string Requirements =
        $"""
        mlflow=={Mlflow}
        onnx=={Onnx}
        onnxruntime=={OnnxRuntime}

        """;

    public const string Conda =
        $"""
        channels:
        - conda-forge
        dependencies:
        - python={Python}
        - pip
        - pip:
          - mlflow=={Mlflow}
          - onnx=={Onnx}
          - onnxruntime=={OnnxRuntime}
        name: mlflow-env

        """;

    public const string Virtualenv =
        $"""
        python: {Python}
        build_dependencies:
        - pip
        - setuptools
        - wheel
        dependencies:
        - -r requirements.txt

        """;
}
