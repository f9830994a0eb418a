using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring;

/// <summary>A model in memory, whatever computes it. It is asked from several threads.</summary>
public abstract class LoadedModel : IDisposable
{
    /// <summary>What computes it, with its version.</summary>
    public abstract string Runtime { get; }

    /// <summary>What kind of model it is, as the Open Inference Protocol calls it.</summary>
    public abstract string Platform { get; }

    /// <summary>What it takes; null where nobody knows, and then it takes anything.</summary>
    public abstract IReadOnlyList<ModelPort>? Inputs { get; }

    /// <summary>What it gives; empty where nobody knows.</summary>
    public abstract IReadOnlyList<ModelPort> Outputs { get; }

    /// <summary>Whether a text may be missing in a column of texts.</summary>
    public virtual bool TakesMissingTexts => false;

    /// <summary>Whether the rows of several requests can be computed as those of one.</summary>
    public abstract bool TakesAnyRows { get; }

    /// <param name="input">Held against the signature.</param>
    /// <param name="parameters">What was sent as <c>params</c>, checked; null where nothing was.</param>
    /// <param name="wanted">Names of outputs, in their order; null for all.</param>
    /// <exception cref="OrtException">Where it cannot answer.</exception>
    /// <exception cref="ScoringException">The same, and where it has no such output.</exception>
    public abstract ModelAnswer Run(ModelInput input, JsonElement? parameters, IReadOnlyList<string>? wanted);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>How MLflow's scoring server writes what a model gives.</summary>
public enum AnswerForm
{
    /// <summary>A record for each row, as of a data frame.</summary>
    Rows,

    /// <summary>An object of tensors by name.</summary>
    Tensors,

    /// <summary>The only value itself.</summary>
    Bare,
}

/// <summary>What a model gave.</summary>
public sealed record ModelAnswer(AnswerForm Form, IReadOnlyList<string> Names, ModelValue[] Values);
