using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MlHub.Web.Account;
using MlHub.Web.Startup;

namespace MlHub.Web.Access;

/// <summary>Sign-in for people (cookie) and programs (token), and the policies that endpoints declare.</summary>
public static class AccessServices
{
    /// <summary>How long somebody shut out may still be let in by a cookie or an open page.</summary>
    public static readonly TimeSpan StampChecked = TimeSpan.FromSeconds(60);

    public static IServiceCollection AddMlHubAccess(this IServiceCollection services, AccessMode mode)
    {
        services.AddHttpContextAccessor();
        services.AddCascadingAuthenticationState();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<Credentials>();
        services.AddSingleton<SetUp>();
        services.AddSingleton<SessionTickets>();
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<SessionTickets>((o, tickets) => o.SessionStore = tickets);
        services.AddScoped<SignIns>();
        services.AddScoped<People>();
        services.AddScoped<AccountChanges>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<Passkeys>();
        AddIdentity(services);
        AddSchemes(services, mode);
        services.AddSingleton<IAuthorizationHandler, ScopeAuthorization>();
        services.AddSingleton<IClaimsTransformation, PageOrigin>();
        services.AddAuthorization(o => Policies.Add(o, mode == AccessMode.Open ? OpenScheme.Name : IdentityConstants.ApplicationScheme));
        return services;
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<HubUser>(o =>
            {
                o.Lockout.MaxFailedAccessAttempts = 5;
                o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                o.User.AllowedUserNameCharacters = AccountNames.Characters;
                // PasswordRules says what a good password is.
                (o.Password.RequireDigit, o.Password.RequireLowercase, o.Password.RequireUppercase, o.Password.RequireNonAlphanumeric) = (false, false, false, false);
                (o.Password.RequiredLength, o.Password.RequiredUniqueChars) = (1, 1);
            })
            .AddSignInManager()
            .AddUserStore<AccountStore>()
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<DataProtectorTokenProvider<HubUser>>(TokenOptions.DefaultProvider)
            .AddTokenProvider<TimeCodes>(TokenOptions.DefaultAuthenticatorProvider)
            .AddClaimsPrincipalFactory<HubPrincipals>();
        services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = People.InvitationLife);
        services.AddScoped(s => (AccountStore)s.GetRequiredService<IUserStore<HubUser>>());
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = PasswordRules.Hashing.IterationCount);
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = StampChecked);
    }

    private static void AddSchemes(IServiceCollection services, AccessMode mode)
    {
        var schemes = services.AddAuthentication(mode == AccessMode.Open ? OpenScheme.Name : IdentityConstants.ApplicationScheme);
        schemes.AddIdentityCookies(c => c.ApplicationCookie?.Configure(o =>
        {
            o.Cookie.Name = "mlhub";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.ExpireTimeSpan = TimeSpan.FromHours(8);
            o.SlidingExpiration = true;
            o.LoginPath = "/sign-in";
            o.AccessDeniedPath = "/not-found";
            o.ReturnUrlParameter = "returnUrl";
        }));
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, o => o.Cookie.Name = "mlhub-second-step");
        var page = mode == AccessMode.Open ? OpenScheme.Name : IdentityConstants.ApplicationScheme;
        schemes.AddPolicyScheme(Policies.EitherScheme, null, o => o.ForwardDefaultSelector = c => ForPrograms.Is(c.Request) ? TokenScheme.Name : page);
        if (mode == AccessMode.Open)
        {
            schemes.AddScheme<AuthenticationSchemeOptions, OpenScheme>(OpenScheme.Name, null);
            schemes.AddScheme<AuthenticationSchemeOptions, OpenScheme>(TokenScheme.Name, null);
        }
        else
        {
            schemes.AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null);
            services.AddScoped<AuthenticationStateProvider, RevalidatedSignIn>();
        }
    }

    /// <summary>Adds to the cookie what operations ask of a caller.</summary>
    private sealed class HubPrincipals(UserManager<HubUser> users, IOptions<IdentityOptions> options, HubSettings settings)
        : UserClaimsPrincipalFactory<HubUser>(users, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(HubUser user)
        {
            var identity = await base.GenerateClaimsAsync(user);
            identity.AddClaims(Callers.ExtraClaims(user.IsAdmin));
            identity.AddClaims(SecondFactorGate.Claims(settings.SecondFactor, user));
            return identity;
        }
    }
}
