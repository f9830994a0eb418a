using MlHub.Adapters;
using MlHub.Adapters.Databases;

namespace MlHub.Web.Startup;

/// <summary>The arguments of a command: its own options, <c>--to X</c> or <c>--json</c>, and settings as the hub takes them.</summary>
public sealed class CommandArguments
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _given = [];

    /// <param name="args">What follows the command's name.</param>
    /// <param name="valued">Options that need a value.</param>
    /// <param name="flags">Options that stand alone.</param>
    public CommandArguments(string[] args, string[]? valued = null, string[]? flags = null)
    {
        List<string> settings = [];
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (flags?.Contains(name) == true)
            {
                _given.Add(name);
            }
            else if (valued?.Contains(name) == true)
            {
                _values[name] = value ?? (i + 1 < args.Length ? args[++i] : throw new SettingException(name, "needs a value"));
            }
            else
            {
                settings.Add(args[i]);
            }
        }

        // Settings lie beside the program; relative paths in them are the caller's.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. settings], ContentRootPath = AppContext.BaseDirectory });
        Settings = HubSettings.Read(builder.Configuration, args);
        Configuration = builder.Configuration;
    }

    public HubSettings Settings { get; }

    public IConfiguration Configuration { get; }

    public bool Has(string flag) => _given.Contains(flag);

    /// <exception cref="SettingException">Where it was not given.</exception>
    public string Value(string option) => _values.GetValueOrDefault(option) ?? throw new SettingException(option, "is missing");

    /// <summary>The hub's database, of which SQLite can only be read: a running hub may own it.</summary>
    public ServiceProvider OpenDatabase(bool mustExist = true)
    {
        var file = DataDirectory.DatabaseFileIn(Settings.DataDirectory);
        if (mustExist && Settings.DatabaseConnection is null && !File.Exists(file))
        {
            throw new SettingException("MlHub:DataDirectory", $"holds no database: there is no {file}");
        }

        return new ServiceCollection().AddLogging()
            .AddMlHubDatabase(Settings.Database, Settings.DatabaseConnection ?? $"Data Source={file}{(mustExist ? ";Mode=ReadOnly" : "")}")
            .BuildServiceProvider();
    }
}
