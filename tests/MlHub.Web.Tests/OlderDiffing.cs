using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace MlHub.Web.Tests;

/// <summary>bUnit asks for AngleSharp.Diffing 1.0, which not every mirror has; 0.17 does, once it is offered.</summary>
internal static class OlderDiffing
{
    [ModuleInitializer]
    internal static void Accept() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == "AngleSharp.Diffing" ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll")) : null;
}
