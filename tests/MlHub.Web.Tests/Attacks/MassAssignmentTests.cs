using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 43: fields that a call does not have set nothing, in any call.</summary>
public sealed class MassAssignmentTests(SharedHub hub) : IClassFixture<SharedHub>
{
    /// <summary>The names of what only the hub decides, in MLflow's spelling and in that of the tables.</summary>
    private static readonly string[] Forbidden =
    [
        "id", "is_admin", "isAdmin", "admin", "is_service_account", "is_disabled", "owner", "owner_id", "created_by", "createdBy", "creator", "creator_id", "author", "approved_by",
        "stage_approved_by", "lifecycle_stage", "lifecycleStage", "creation_time", "creationTime", "last_update_time", "digest", "secret_hash", "security_stamp",
        "password_hash", "experiment_key", "run_key", "model_key", "last_version", "frozen", "verdict", "decision", "decided_by", "seq", "hash", "via", "actor",
    ];

    [Fact]
    public async Task Fields_that_a_call_does_not_have_set_nothing()
    {
        foreach (var (endpoint, sample, url) in WalkedEndpoint.Calls(hub, await CallTarget.GivenAsync(hub.Ann)).Where(c => c.Endpoint.Pattern.StartsWith("/api/", StringComparison.Ordinal) && c.Sample.Body is not (null or string)))
        {
            var body = JsonSerializer.SerializeToNode(sample.Body)!.AsObject();
            foreach (var name in Forbidden.Where(n => !body.ContainsKey(n)))
            {
                // Of one's own everything would be allowed: only a value that nobody may choose shows.
                body[name] = name.StartsWith("is", StringComparison.Ordinal) || name is "admin" or "frozen" ? JsonValue.Create(true) : JsonValue.Create("planted");
            }

            var answer = await hub.Ann.AskAsync(new(endpoint.Method), url, body.ToJsonString());

            Assert.True(answer.Status < 500, $"{endpoint.Method} {endpoint.Pattern}: {answer.Text}");
            Assert.DoesNotContain("planted", answer.Text, StringComparison.Ordinal);
        }

        await using var db = hub.Open();
        Assert.Equal(["ada"], await db.Users.Where(u => u.IsAdmin).Select(u => u.UserName).ToListAsync());
        Assert.False(await db.Users.AnyAsync(u => u.IsDisabled || u.SecurityStamp == "planted" || u.PasswordHash == "planted"));
        Assert.False(await db.ModelVersions.AnyAsync(v => v.CreatedBy == "planted" || v.Digest == "planted"));
        Assert.False(await db.RegisteredModels.AnyAsync(m => m.CreatedBy == "planted"));
        Assert.False(await db.Comments.AnyAsync(c => c.Author == "planted"));
        Assert.False(await db.TransitionRequests.AnyAsync(r => r.RequestedBy == "planted"));
        Assert.False(await db.Events.AnyAsync(e => e.Actor == "planted" || e.Via == "planted"));
    }
}
