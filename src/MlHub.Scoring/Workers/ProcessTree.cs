using System.Globalization;

namespace MlHub.Scoring.Workers;

/// <summary>A process and all that it started, as Linux tells of them.</summary>
internal static class ProcessTree
{
    /// <summary>Bytes that they hold in memory; 0 for those that are gone.</summary>
    public static long MemoryBytes(int process)
    {
        try
        {
            var pages = long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
            return pages * Environment.SystemPageSize + Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(Started).Sum(MemoryBytes);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static IEnumerable<int> Started(string thread) =>
        File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture));
}
