using Microsoft.Extensions.Logging;

namespace MlHub.Operations;

/// <summary>
/// The end of all writing in this process, after the disk failed to flush. What an operating system could not flush it forgets,
/// and a second flush would succeed without the bytes: so nothing is flushed again until a restart has read what is really there.
/// </summary>
public sealed class WriteStop(ILogger<WriteStop> logger)
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    public void Set(Exception cause)
    {
        if (!_isOn)
        {
            _isOn = true;
            logger.LogCritical(cause, "The disk failed to flush what was written. MlHub only reads from now on: look after the disk, then start MlHub again.");
        }
    }

    /// <exception cref="HubException">Unavailable, once writing has ended.</exception>
    public void Check()
    {
        if (_isOn)
        {
            throw new HubException(HubError.Unavailable, "The disk of MlHub failed, so it only reads until it is started again. Nothing of this call was stored.");
        }
    }
}
