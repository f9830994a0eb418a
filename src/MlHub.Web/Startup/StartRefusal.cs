namespace MlHub.Web.Startup;

/// <summary>What can be wrong with a machine or its settings, told in a sentence instead of a stack trace.</summary>
public static class StartRefusal
{
    /// <summary>Null for a defect, which keeps its stack trace.</summary>
    public static string? Explain(Exception e) => e switch
    {
        SettingException or IOException => e.Message,
        InvalidOperationException when e.Message.Contains("newer MlHub", StringComparison.Ordinal) => e.Message,
        System.Data.Common.DbException => $"ConnectionStrings:MlHub does not lead to a database that answers: {e.Message}",
        AggregateException { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
