//! Who is let through a route: those who log in, or bring a token.

use formwork_assembly::SortedSet;
use formwork_cfn::elasticloadbalancingv2::listener_rule as property;
use formwork_synth::{Expr, IntoValue, Str, Text, intrinsic, raw};

use crate::{SecretRef, each::each};

/// What a load balancer asks for before it forwards.
#[derive(Clone, Debug)]
pub enum Auth {
    /// That people log in, in their browser.
    Login(Login),
    /// That programs bring a signed token.
    Jwt(JwtCheck),
}

/// A login in the browser, at an OpenID Connect provider or a Cognito user pool. Who is logged in is told to the service in headers.
///
/// ```
/// use formwork_constructs::{Login, OidcEndpoints, Route, SecretRef};
///
/// let secret = SecretRef::existing("arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-AbCdEf");
/// let endpoints = OidcEndpoints {
///     issuer: "https://login.example.com".into(),
///     authorization: "https://login.example.com/authorize".into(),
///     token: "https://login.example.com/token".into(),
///     user_info: "https://login.example.com/userinfo".into(),
/// };
/// let back_office = Route::path("/admin/*").auth(Login::oidc(endpoints, "shop", (&secret, "client_secret")));
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>.
#[must_use = "a login does nothing until a route asks for it"]
#[derive(Clone, Debug)]
pub struct Login {
    provider: Provider,
    scope: Option<Str>,
    session_seconds: Option<u32>,
    deny: bool,
}

/// Where an OpenID Connect provider answers: what its `/.well-known/openid-configuration` says.
#[derive(Clone, Debug)]
pub struct OidcEndpoints {
    /// Who it is.
    pub issuer: Str,
    /// Where people log in.
    pub authorization: Str,
    /// Where tokens are given out.
    pub token: Str,
    /// Where it says who somebody is.
    pub user_info: Str,
}

#[derive(Clone, Debug)]
enum Provider {
    Oidc { endpoints: OidcEndpoints, client_id: Expr, client_secret: Expr },
    Cognito { pool_arn: Expr, client_id: Expr, domain: Expr },
}

/// A check of the token (JWT) in the header `Authorization`: of its signature, issuer and time.
///
/// ```
/// use formwork_constructs::{ClaimFormat, JwtCheck, Route};
///
/// let check = JwtCheck::new("https://login.example.com", "https://login.example.com/.well-known/jwks.json")
///     .claim("scope", ClaimFormat::SpaceSeparated, ["orders.read"]);
/// let orders = Route::path("/orders/*").auth(check);
/// ```
///
/// See <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html>.
#[must_use = "a check does nothing until a route asks for it"]
#[derive(Clone, Debug)]
pub struct JwtCheck {
    issuer: Str,
    keys: Str,
    claims: Vec<(Str, ClaimFormat, SortedSet<Str>)>,
}

/// How a claim of a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimFormat {
    /// One text.
    Single,
    /// Texts with spaces between them, as in `scope`.
    SpaceSeparated,
    /// An array of texts.
    Array,
}

impl Login {
    /// A login at an OpenID Connect provider, as a client whose secret is a field of a secret. CloudFormation reads the secret, and the
    /// template does not have it.
    pub fn oidc(
        endpoints: OidcEndpoints,
        client_id: impl IntoValue<String>,
        (secret, field): (&SecretRef, &str),
    ) -> Self {
        let client_secret = intrinsic::secrets_manager(&secret.arn, field);
        Self::at(Provider::Oidc {
            endpoints,
            client_id: client_id.into_expr(),
            client_secret: IntoValue::<String>::into_expr(client_secret),
        })
    }

    /// A login at a Cognito user pool, by its ARN, the id of a client that has a secret, and the prefix of the pool's domain.
    pub fn cognito(
        pool_arn: impl IntoValue<String>,
        client_id: impl IntoValue<String>,
        domain: impl IntoValue<String>,
    ) -> Self {
        Self::at(Provider::Cognito {
            pool_arn: pool_arn.into_expr(),
            client_id: client_id.into_expr(),
            domain: domain.into_expr(),
        })
    }

    /// Sets what is asked of the provider, with spaces between: `openid email`. Default: `openid`.
    pub fn scope(mut self, scope: impl Into<Str>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets for how many seconds somebody stays logged in, up to 604,800. Default: 604,800, a week.
    pub fn session(mut self, seconds: u32) -> Self {
        self.session_seconds = Some(seconds);
        self
    }

    /// Answers 401 to who is not logged in, as scripts in a page want it. Default: the browser is led to the login.
    pub fn deny(mut self) -> Self {
        self.deny = true;
        self
    }

    fn at(provider: Provider) -> Self {
        Self { provider, scope: None, session_seconds: None, deny: false }
    }

    fn action(&self) -> property::Action {
        let scope = self.scope.clone().unwrap_or(Str::Borrowed("openid"));
        let session = self.session_seconds.unwrap_or(604_800);
        let otherwise = if self.deny { "deny" } else { "authenticate" };
        let text = |expr: &Expr| Text::from_expr(expr.clone());
        match &self.provider {
            Provider::Oidc { endpoints, client_id, client_secret } => {
                let config = property::AuthenticateOidcConfig::new()
                    .issuer(endpoints.issuer.clone())
                    .authorization_endpoint(endpoints.authorization.clone())
                    .token_endpoint(endpoints.token.clone())
                    .user_info_endpoint(endpoints.user_info.clone())
                    .client_id(text(client_id))
                    .client_secret(text(client_secret))
                    .on_unauthenticated_request(raw(otherwise))
                    .scope(scope)
                    .session_timeout(session);
                property::Action::new()
                    .type_(property::ActionType::AuthenticateOidc)
                    .authenticate_oidc_config(config)
            }
            Provider::Cognito { pool_arn, client_id, domain } => {
                let config = property::AuthenticateCognitoConfig::new()
                    .user_pool_arn(text(pool_arn))
                    .user_pool_client_id(text(client_id))
                    .user_pool_domain(text(domain))
                    .on_unauthenticated_request(raw(otherwise))
                    .scope(scope)
                    .session_timeout(session);
                property::Action::new()
                    .type_(property::ActionType::AuthenticateCognito)
                    .authenticate_cognito_config(config)
            }
        }
    }
}

impl JwtCheck {
    /// A check that a token was given out by the issuer, and signed by one of the keys at that address.
    pub fn new(issuer: impl Into<Str>, keys: impl Into<Str>) -> Self {
        Self { issuer: issuer.into(), keys: keys.into(), claims: Vec::new() }
    }

    /// Asks for a claim with one of the values as well. Default: none beyond issuer and time.
    pub fn claim<V: Into<Str>>(
        mut self,
        name: impl Into<Str>,
        format: ClaimFormat,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.claims.push((name.into(), format, values.into_iter().map(Into::into).collect()));
        self
    }

    fn action(&self) -> property::Action {
        let claims = each(&self.claims, |(name, format, values)| {
            property::JwtValidationActionAdditionalClaim::new()
                .name(name.clone())
                .format(raw(format.name()))
                .values(each(values, Str::clone))
        });
        let config =
            property::JwtValidationConfig::new().issuer(self.issuer.clone()).jwks_endpoint(self.keys.clone());
        let config = if claims.is_empty() { config } else { config.additional_claims(claims) };
        property::Action::new().type_(property::ActionType::JwtValidation).jwt_validation_config(config)
    }
}

impl ClaimFormat {
    const fn name(self) -> &'static str {
        match self {
            Self::Single => "single-string",
            Self::SpaceSeparated => "space-separated-values",
            Self::Array => "string-array",
        }
    }
}

impl Auth {
    pub(super) fn action(&self) -> property::Action {
        match self {
            Self::Login(login) => login.action(),
            Self::Jwt(check) => check.action(),
        }
    }
}

impl From<Login> for Auth {
    fn from(login: Login) -> Self {
        Self::Login(login)
    }
}

impl From<JwtCheck> for Auth {
    fn from(check: JwtCheck) -> Self {
        Self::Jwt(check)
    }
}
