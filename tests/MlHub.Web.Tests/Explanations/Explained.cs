using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;

namespace MlHub.Web.Tests.Explanations;

/// <summary>Files of models that can be explained, as a person would log them.</summary>
internal static class Explained
{
    private static readonly DataSplit Data = HouseSales.Read(HouseSales.DefaultFile).Split(0.2, seed: 20);

    public static readonly byte[] MlModel = Encoding.UTF8.GetBytes(
        $"flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '[{string.Join(", ", HouseFeatures.Names.Select(n => $$"""{"type": "float", "name": "{{n}}"}"""))}]'\n");

    /// <summary>Trees fitted to the demo's homes.</summary>
    public static byte[] Trees(int iterations, int depth = 3, int seed = 1)
    {
        var fit = new GradientBoostedTrees(new() { Iterations = iterations, MaxDepth = depth, Seed = seed, RowSample = 0.7 });
        _ = fit.Fit(Data.Training, Data.Validation).Count();
        return OnnxModel.Write(fit.Model, HouseFeatures.Names);
    }

    /// <summary>An input example of so many homes.</summary>
    public static byte[] Sample(int rows) => JsonSerializer.SerializeToUtf8Bytes(new { columns = HouseFeatures.Names, data = Data.Training.Features.Take(rows) });

    /// <summary>An array as NumPy saves it.</summary>
    public static byte[] Npy(int[] shape, params double[] values)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}\n");
        var file = new byte[10 + header.Length + values.Length * 8];
        new byte[] { 0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, 0 }.CopyTo(file, 0);
        Encoding.ASCII.GetBytes(header).CopyTo(file, 10);
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(10 + header.Length + i * 8), values[i]);
        }

        return file;
    }
}
