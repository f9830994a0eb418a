using MlHub.Web.Access;

namespace MlHub.Web.Tests.Attacks;

/// <summary>Attack 31: long enough, and still guessed in the first minute.</summary>
public sealed class WeakPasswordTests
{
    [Theory]
    [InlineData("123456789012")]
    [InlineData("1234567890123456")]
    [InlineData("987654321987")]
    [InlineData("111222333444")]
    [InlineData("qwertyuiop[]")]
    [InlineData("qwerty123456")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("zaq12wsxcde3")]
    [InlineData("asdfghjkl123")]
    [InlineData("abc123abc123")]
    [InlineData("abcd1234abcd1234")]
    [InlineData("password1234")]
    [InlineData("passwordpassword")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("p4$$w0rd!p4$$w0rd")]
    [InlineData("Welcome2026!!")]
    [InlineData("letmein-letmein")]
    [InlineData("iloveyou1234")]
    [InlineData("iloveyouiloveyou")]
    [InlineData("administrator")]
    [InlineData("administrator1")]
    [InlineData("adminadmin123")]
    [InlineData("root-root-root")]
    [InlineData("changemeplease!")]
    [InlineData("Football1234!")]
    [InlineData("sunshine2024sunshine")]
    [InlineData("SuperSecret123")]
    [InlineData("mlflow-server-1")]
    [InlineData("MlHub-Admin-2026")]
    [InlineData("databricks123!")]
    [InlineData("summer2025!!")]
    [InlineData("September2026")]
    [InlineData("hello1hello1")]
    [InlineData("petra-longname!")]
    [InlineData("Petra.1990.Petra")]
    [InlineData("!!!!!!!!!!!!")]
    [InlineData("a!a!a!a!a!a!")]
    public void A_password_made_of_what_guessers_try_first_is_refused(string password) => Assert.NotNull(PasswordRules.Objection("petra-longname", password));

    [Theory]
    [InlineData("twelve chars")]
    [InlineData("correct horse battery")]
    [InlineData("my cat eats parsley")]
    [InlineData("K7#pd9!xQ2vL")]
    [InlineData("wrong password of mine")]
    [InlineData("the first summer after school")]
    [InlineData("Wir fahren nach Lodz")]
    [InlineData("0d4f8a1c77be92e6")]
    [InlineData("пароль из слов")]
    [InlineData("正しい馬の電池ホチキス留め針")]
    public void One_that_holds_something_of_its_own_is_taken(string password) => Assert.Null(PasswordRules.Objection("petra-longname", password));

    /// <summary>Judging is done for every attempt at a new password, so it may cost nothing.</summary>
    [Fact]
    public void The_longest_is_judged_at_once()
    {
        var took = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            PasswordRules.Objection("petra-longname", string.Concat(Enumerable.Repeat("ab1!x", 52))[..Limits.PasswordMaximum]);
        }

        Assert.True(took.Elapsed < TimeSpan.FromSeconds(15), $"{took.Elapsed}");
    }
}
