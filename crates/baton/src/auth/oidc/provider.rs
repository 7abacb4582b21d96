//! What an identity provider says of itself (OpenID Connect Discovery 1.0).

use reqwest::Url;
use serde::Deserialize;

use super::ProviderFault;
use super::flows::Flow;
use crate::auth::token::Token;
use crate::config::sign_in::is_callable;

/// What is asked for: who it is, and their address.
const SCOPES: &str = "openid email";
/// How a client shows its secret where a provider says nothing.
const BASIC: &str = "client_secret_basic";

/// Where a provider is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provider {
    authorization: Url,
    /// Where a code becomes a token.
    pub token: String,
    /// Where its keys are.
    pub keys: String,
    /// Where it says more of whoever signed in.
    pub user_info: Option<String>,
    /// Whether a client shows its secret in a header; else it stands in the form.
    pub takes_basic: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

impl Document {
    /// Where secrets are sent.
    fn called(&self) -> impl Iterator<Item = &String> {
        let called = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        called.into_iter().chain(&self.userinfo_endpoint)
    }
}

/// Where the provider of an issuer says what it is.
pub fn document_of(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Provider {
    /// Reads what a provider says of itself. It has to be the issuer that was asked.
    pub fn parse(document: &[u8], issuer: &str) -> Result<Self, ProviderFault> {
        let read: Document = serde_json::from_slice(document).map_err(|_| ProviderFault::Unfit)?;
        if read.issuer != issuer || !read.called().all(|address| is_callable(address)) {
            return Err(ProviderFault::Unfit);
        }
        let ways = &read.token_endpoint_auth_methods_supported;
        Ok(Self {
            authorization: read.authorization_endpoint.parse().map_err(|_| ProviderFault::Unfit)?,
            token: read.token_endpoint,
            keys: read.jwks_uri,
            user_info: read.userinfo_endpoint,
            takes_basic: ways.is_empty() || ways.iter().any(|way| way == BASIC),
        })
    }

    /// Where a browser is sent that is to sign in.
    pub fn authorization_address(&self, client: &str, state: &Token, flow: &Flow) -> String {
        let mut address = self.authorization.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", client)
            .append_pair("redirect_uri", &flow.back_to)
            .append_pair("scope", SCOPES)
            .append_pair("state", state.reveal())
            .append_pair("nonce", flow.nonce.reveal())
            .append_pair("code_challenge", &flow.challenge())
            .append_pair("code_challenge_method", "S256");
        address.into()
    }
}
