namespace MlHub.Web.Operations;

/// <summary>How far a command is, apart from its result.</summary>
internal sealed class StandardError : IProgress<string>
{
    public static readonly StandardError Progress = new();

    public void Report(string value) => Console.Error.WriteLine(value);
}
