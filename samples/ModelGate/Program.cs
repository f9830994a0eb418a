using ModelGate;

try
{
    await using var app = GateApp.Build(args);
    await app.RunAsync();
    return 0;
}
catch (GateSettingsException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
