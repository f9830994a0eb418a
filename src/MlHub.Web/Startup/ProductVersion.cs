namespace MlHub.Web.Startup;

public static class ProductVersion
{
    /// <summary>The MLflow version whose REST surface MlHub answers; clients read it at <c>/version</c>.</summary>
    public const string MlflowCompatible = "2.17.2";

    /// <summary>Of this build of MlHub.</summary>
    public static string MlHub { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);
}
