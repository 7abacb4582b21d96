//! Asks the identity provider that people sign in with: what it is, with which keys it signs, and who came back.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connectors::talk::HttpCall;
use domain::{Moment, Span};
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use tracing::warn;

use super::clock;
use super::courier::http::Client;
use crate::auth::oidc::ProviderFault;
use crate::auth::oidc::flows::Flow;
use crate::auth::oidc::id_token::{self, Expected, Identity, Keys};
use crate::auth::oidc::provider::{Provider, document_of};
use crate::auth::token::Token;
use crate::config::resolved::{ProviderSettings, ServeConfig};

/// How long what a provider says of itself is believed.
const KNOWN_LASTS: Span = Span::hours(1);
/// How long its keys are believed that none of them has signed a token, so that nobody can have it asked
/// again and again.
const KEYS_LAST: Span = Span::seconds(30);
/// The longest answer of a provider, in bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// The identity provider, and what was learnt of it.
pub struct IdentityProvider {
    settings: ProviderSettings,
    client: Client,
    known: Mutex<Option<Arc<Known>>>,
}

/// What a provider said of itself, and when.
struct Known {
    provider: Provider,
    keys: Keys,
    since: Moment,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

impl IdentityProvider {
    /// The provider of a configuration, if it has one.
    pub fn of(config: &ServeConfig) -> Result<Option<Self>, reqwest::Error> {
        let made = |settings: &ProviderSettings| {
            let client = Client::new(config)?;
            Ok(Self { settings: settings.clone(), client, known: Mutex::default() })
        };
        config.identity_provider.as_ref().map(made).transpose()
    }

    /// Its address, as it writes it itself.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where a browser is sent that is to sign in.
    pub async fn address(&self, state: &Token, flow: &Flow) -> Result<String, ProviderFault> {
        let known = self.known(KNOWN_LASTS).await?;
        Ok(known.provider.authorization_address(&self.settings.client, state, flow))
    }

    /// Who came back with a code.
    pub async fn identity(&self, code: &str, flow: &Flow) -> Result<Identity, ProviderFault> {
        let mut known = self.known(KNOWN_LASTS).await?;
        let tokens = self.tokens(&known.provider, code, flow).await?;
        if !known.keys.may_have_signed(&tokens.id_token) {
            // It has changed its keys since.
            known = self.known(KEYS_LAST).await?;
        }
        let (issuer, client) = (self.issuer(), self.settings.client.as_str());
        let expected = Expected { issuer, client, nonce: &flow.nonce, now: clock::now() };
        let identity = id_token::judge(&tokens.id_token, &known.keys, expected)?;
        let more = known.provider.user_info.as_deref().zip(tokens.access_token);
        match more.filter(|_| identity.email.is_none()) {
            Some((address, access)) => {
                let document = self.get(address, Some(&access)).await?;
                id_token::more(&document, identity)
            }
            None => Ok(identity),
        }
    }

    /// The address by which whoever came back is known here.
    pub fn address_of<'i>(&self, identity: &'i Identity) -> Result<&'i str, ProviderFault> {
        identity.address(self.settings.trusts_email)
    }

    /// What the provider says of itself, asked anew where that is older than so long.
    async fn known(&self, lasts: Span) -> Result<Arc<Known>, ProviderFault> {
        let mut kept = self.known.lock().await;
        let now = clock::now();
        if let Some(known) = kept.as_ref().filter(|known| now < known.since + lasts) {
            return Ok(Arc::clone(known));
        }
        let document = self.get(&document_of(self.issuer()), None).await?;
        let provider = Provider::parse(&document, self.issuer())?;
        let keys = Keys::parse(&self.get(&provider.keys, None).await?)?;
        let known = Arc::new(Known { provider, keys, since: now });
        *kept = Some(Arc::clone(&known));
        Ok(known)
    }

    /// Makes tokens of a code.
    async fn tokens(
        &self,
        provider: &Provider,
        code: &str,
        flow: &Flow,
    ) -> Result<Tokens, ProviderFault> {
        let (client, secret) = (self.settings.client.as_str(), self.settings.credential.reveal());
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", flow.back_to.as_str()),
            ("code_verifier", flow.verifier.reveal()),
        ];
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        if provider.takes_basic {
            let both = STANDARD.encode(format!("{}:{}", escaped(client), escaped(secret)));
            headers.push(("authorization", format!("Basic {both}")));
        } else {
            fields.extend([("client_id", client), ("client_secret", secret)]);
        }
        let body = form(&fields).into_bytes();
        let url = provider.token.clone();
        let answer = self.call(HttpCall { method: "POST", url, headers, body, ..empty() }).await?;
        parsed(&answer)
    }

    async fn get(&self, address: &str, bearer: Option<&str>) -> Result<Vec<u8>, ProviderFault> {
        let bearer = bearer.map(|access| ("authorization", format!("Bearer {access}")));
        let headers = bearer.into_iter().collect();
        self.call(HttpCall { url: address.to_owned(), headers, ..empty() }).await
    }

    async fn call(&self, mut call: HttpCall) -> Result<Vec<u8>, ProviderFault> {
        call.headers.push(("accept", "application/json".to_owned()));
        let (method, issuer) = (call.method, self.issuer());
        match self.client.call(call).await {
            Ok(answer) if answer.status == 200 => Ok(answer.body),
            Ok(answer) => {
                let status = answer.status;
                warn!(
                    status,
                    "The identity provider `{issuer}` answered a {method} with {status}."
                );
                let refused = (400..500).contains(&status) && method == "POST";
                Err(if refused { ProviderFault::Refused } else { ProviderFault::Unreachable })
            }
            Err(failure) => {
                warn!("The identity provider `{issuer}` could not be asked: {failure:?}.");
                Err(ProviderFault::Unreachable)
            }
        }
    }
}

/// A call of nothing yet.
const fn empty() -> HttpCall {
    HttpCall {
        method: "GET",
        url: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
        answer_bytes_max: ANSWER_BYTES_MAX,
    }
}

fn parsed<T: DeserializeOwned>(answer: &[u8]) -> Result<T, ProviderFault> {
    serde_json::from_slice(answer).map_err(|_| ProviderFault::Refused)
}

/// Fields as a form post has them.
fn form(fields: &[(&str, &str)]) -> String {
    let mut address = Url::parse("form:").expect("an address without a query");
    address.query_pairs_mut().extend_pairs(fields);
    address.query().unwrap_or_default().to_owned()
}

/// A text as it stands in the header of a client (RFC 6749, section 2.3.1).
fn escaped(text: &str) -> String {
    form(&[("", text)]).split_off(1)
}
