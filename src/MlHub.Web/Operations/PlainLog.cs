using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MlHub.Web.Operations;

/// <summary>
/// One line for each entry of the log, and a stack trace below where there is one. Control characters, as names sent by clients may hold, are
/// written as <c>\u001B</c>: nobody can forge a line or colour the terminal of whoever reads it.
/// </summary>
public sealed class PlainLog : ConsoleFormatter
{
    public const string FormatName = "mlhub";

    public PlainLog()
        : base(FormatName)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder(256);
        line.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Word(logEntry.LogLevel)} {logEntry.Category}: ");
        Escape(line, logEntry.Formatter(logEntry.State, logEntry.Exception), keepLines: false);
        if (logEntry.Exception is { } exception)
        {
            line.Append('\n');
            Escape(line, $"{exception}", keepLines: true);
        }

        textWriter.Write(line.Append('\n'));
    }

    private static void Escape(StringBuilder line, string text, bool keepLines)
    {
        foreach (var c in text)
        {
            if (keepLines && c == '\n')
            {
                // Indented, so that a line within an exception's message does not look like an entry.
                line.Append("\n      ");
            }
            else if (char.IsControl(c) || c is '\u2028' or '\u2029')
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                line.Append(c);
            }
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
