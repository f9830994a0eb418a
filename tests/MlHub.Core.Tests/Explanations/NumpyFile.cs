using System.Diagnostics;

namespace MlHub.Core.Tests.Explanations;

/// <summary>What NumPy itself saves.</summary>
internal static class NumpyFile
{
    /// <param name="array">In Python.</param>
    public static async Task<byte[]> SaveAsync(string array)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-npy-").FullName;
        try
        {
            var path = Path.Combine(folder, "array.npy");
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"import numpy; numpy.save('{path}', {array}, allow_pickle=True)"]))!;
            await python.WaitForExitAsync();
            Assert.Equal(0, python.ExitCode);
            return await File.ReadAllBytesAsync(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
