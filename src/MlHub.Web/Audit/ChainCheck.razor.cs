using Microsoft.AspNetCore.Components;
using MlHub.Events;

namespace MlHub.Web.Audit;

/// <summary>The head of the chain and, on demand, whether all of it holds.</summary>
public partial class ChainCheck
{
    private readonly CancellationTokenSource _left = new();
    private ChainHead? _head;
    private ChainReport? _report;
    private long? _verified;

    [Inject]
    public required AuditChain Chain { get; init; }

    protected override Task OnInitializedAsync() => TryLoadAsync();

    protected override async Task LoadAsync() => _head = await Chain.HeadOrNullAsync(await CallerAsync(), _left.Token);

    protected override ValueTask LeaveAsync()
    {
        _left.Cancel();
        _left.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task VerifyAsync()
    {
        (_report, _verified) = (null, 0);
        await TryLoadAsync();
        try
        {
            var caller = await CallerAsync();
            var told = new Told(this);
            // Off the circuit: the page stays responsive while the log is read.
            _report = await Task.Run(() => Chain.VerifyAsync(caller, told, _left.Token));
        }
        catch (OperationCanceledException)
        {
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }
        finally
        {
            _verified = null;
        }
    }

    private sealed class Told(ChainCheck page) : IProgress<long>
    {
        public void Report(long value) => _ = page.InvokeAsync(() =>
        {
            if (page._verified is not null)
            {
                page._verified = value;
                page.StateHasChanged();
            }
        });
    }
}
