using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MlHub.Bench;

/// <summary>A published MlHub in a process of its own, on one core where the machine has two, over a new data directory.</summary>
internal sealed class HubProcess : IDisposable
{
    public const string Admin = "admin", Password = "correct horse battery";
    private const double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly string _data;
    private bool _isOver;

    private HubProcess(Process process, string data, int port, TimeSpan start) => (_process, _data, Port, Start, StartCpuSeconds) = (process, data, port, start, CpuSecondsOf(process));

    public int Port { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Start { get; }

    /// <summary>The CPU time that the start took: what it would last on a core of its own.</summary>
    public double StartCpuSeconds { get; }

    /// <summary>User and system time so far, of all threads.</summary>
    public double CpuSeconds => CpuSecondsOf(_process);

    public double ResidentMiB => StatusMiB("VmRSS");

    /// <summary>The most memory that it has held so far.</summary>
    public double PeakMiB => StatusMiB("VmHWM");

    /// <param name="settings">As environment variables.</param>
    public static HubProcess Launch(string folder, params (string Name, string Value)[] settings) =>
        Launch(folder, Directory.CreateTempSubdirectory("mlhub-bench-").FullName, settings);

    /// <summary>From now on calls come from an account whose rights must be looked up: an administrator has them all.</summary>
    public void ActAsPlainAccount()
    {
        HubCalls.Call(this, "/users/create", $$"""{"username":"trainer","password":"{{Password}}"}""");
        RawConnection.User = "trainer";
    }

    /// <summary>Ends it as an operator does, and starts it anew on the same data.</summary>
    public HubProcess Restart(string folder)
    {
        Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
        _isOver = true;
        return Launch(folder, _data);
    }

    private static HubProcess Launch(string folder, string data, params (string Name, string Value)[] settings)
    {
        var port = FreePort();
        var program = new[] { "dotnet", Path.Combine(folder, "MlHub.Web.dll"), "--urls", $"http://127.0.0.1:{port}" };
        string[] command = Environment.ProcessorCount > 1 ? ["taskset", "-c", "0", .. program] : program;
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, WorkingDirectory = data };
        start.Environment["MLHUB_ADMIN_PASSWORD"] = Password;
        start.Environment["MlHub__DataDirectory"] = Path.Combine(data, "data");
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        start.Environment["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        while (!Answers(port))
        {
            if (process.HasExited || watch.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException("MlHub did not start.");
            }

            Thread.Sleep(10);
        }

        return new(process, data, port, watch.Elapsed);
    }

    /// <summary>Takes the data with it; where it was started anew, that is for the one after it.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static double CpuSecondsOf(Process process)
    {
        var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private double StatusMiB(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static bool Answers(int port)
    {
        try
        {
            using var connection = new RawConnection(port);
            return connection.Send(RawConnection.Request("GET", "/health", null)).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
