using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>A hub with little patience for models. Each model is registered and loaded once for all tests of a class.</summary>
public sealed class PythonHub() : TestHub(("MlHub:Serving:RequestSeconds", "8"), ("MlHub:Serving:MemoryMegabytes", "700"), ("MlHub:Serving:Workers", "40")), IAsyncLifetime
{
    private readonly Dictionary<string, string> _trusted = [];

    public HttpClient Ann { get; private set; } = null!;

    public HttpClient Ada { get; private set; } = null!;

    public async ValueTask InitializeAsync() => (Ann, Ada) = (await ProgramOfAsync("ann"), await ProgramOfAsync("ada", isAdmin: true));

    /// <summary>Of <see cref="PythonModels"/>, trusted and served.</summary>
    public async Task<string> ModelAsync(string name) =>
        _trusted.TryGetValue(name, out var known) ? known : _trusted[name] = await Ann.GivenPythonModelAsync(name, trustedBy: Ada);
}
