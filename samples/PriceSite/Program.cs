using PriceSite;

try
{
    await using var app = SiteApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (SiteSettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
