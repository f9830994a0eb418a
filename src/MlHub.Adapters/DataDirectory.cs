namespace MlHub.Adapters;

/// <summary>The folder that holds all of an embedded hub, owned by one process at a time.</summary>
public sealed class DataDirectory : IDisposable
{
    /// <summary>A folder in which a restore keeps its files until all are there.</summary>
    internal const string Restoring = "restoring";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }
    public string DatabaseFile => DatabaseFileIn(Path);
    public string Artifacts => System.IO.Path.Combine(Path, "artifacts");
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>What can be made again: see <see cref="KeptFiles"/>.</summary>
    public string Cache => System.IO.Path.Combine(Path, "cache");

    public static string DatabaseFileIn(string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(path, "mlhub.db"));

    /// <exception cref="IOException">In one sentence: the folder cannot be used, or another process has it.</exception>
    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            PrivateDirectory.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"MlHub:DataDirectory '{path}' cannot be created: {e.Message}", e);
        }

        MakePrivate(path);
        if (Directory.Exists(System.IO.Path.Combine(path, Restoring)))
        {
            throw new IOException($"MlHub:DataDirectory '{path}' holds a restore that was not finished: empty it and restore again.");
        }

        try
        {
            // FileShare.None takes flock(2), which ends with the process however it ends.
            var held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.None);
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            held.Flush();
            return new(path, held);
        }
        catch (IOException e)
        {
            throw new IOException($"MlHub:DataDirectory '{path}' is in use by another MlHub process; one process at a time may own it.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"MlHub:DataDirectory '{path}' cannot be written by this user.", e);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static void MakePrivate(string path)
    {
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == owner)
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, owner);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"MlHub:DataDirectory '{path}' belongs to another user of this machine.", e);
        }
    }
}
