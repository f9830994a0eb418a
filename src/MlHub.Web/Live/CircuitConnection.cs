using Microsoft.AspNetCore.Components.Server.Circuits;
using MlHub.Operations;

namespace MlHub.Web.Live;

/// <summary>
/// Whether the browser is at the other end of a circuit. The circuit itself waits for minutes for a lost browser to come
/// back, which is too long for whoever wants to know who is there now.
/// </summary>
public sealed class CircuitConnection : CircuitHandler
{
    public bool IsUp { get; private set; }

    public event Action? Changed;

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken) => TurnAsync(true);

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken) => TurnAsync(false);

    public Task TurnAsync(bool up)
    {
        if (up != IsUp)
        {
            HubMeter.Circuits.Add(up ? 1 : -1);
        }

        IsUp = up;
        Changed?.Invoke();
        return Task.CompletedTask;
    }
}
