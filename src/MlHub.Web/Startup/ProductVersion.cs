namespace MlHub.Web.Startup;

public static class ProductVersion
{
    /// <summary>The MLflow version whose REST surface MlHub answers; clients read it at <c>/version</c>.</summary>
    public const string MlflowCompatible = "2.17.2";
}
