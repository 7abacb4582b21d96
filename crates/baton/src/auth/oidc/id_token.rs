//! What an identity provider says of whoever signed in: its token, judged as OpenID Connect Core 1.0,
//! section 3.1.3.7, asks.

use domain::{Moment, Span};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::ProviderFault;
use super::signatures;
use crate::auth::token::Token;
use crate::auth::users::normal_email;

/// What clocks may differ by.
const LEEWAY: Span = Span::seconds(60);
/// The longest id that somebody has with a provider, in bytes (as section 2 has it).
const SUBJECT_BYTES_MAX: usize = 255;

/// The keys of a provider.
#[derive(Clone, Debug)]
pub struct Keys(JwkSet);

/// What a token has to say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who signed it.
    pub issuer: &'a str,
    /// For whom it is.
    pub client: &'a str,
    /// The sign-in that it is of.
    pub nonce: &'a Token,
    /// The moment.
    pub now: Moment,
}

/// Whoever signed in, as the provider knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Their id with the provider.
    pub subject: String,
    /// Their address, and whether the provider says that it verified it.
    pub email: Option<Address>,
}

/// An address in its normal form, as a provider names it.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub email: String,
    /// Whether the provider verified that it is theirs; nothing where it does not say.
    pub verified: Option<bool>,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
    azp: Option<String>,
    nonce: Option<String>,
    sub: String,
    email: Option<String>,
    email_verified: Option<Value>,
}

#[derive(Deserialize)]
struct Person {
    sub: String,
    email: Option<String>,
    email_verified: Option<Value>,
}

impl Keys {
    /// Reads the keys of a provider.
    pub fn parse(document: &[u8]) -> Result<Self, ProviderFault> {
        serde_json::from_slice(document).map(Self).map_err(|_| ProviderFault::Unfit)
    }

    /// Whether there is a key that may have signed the token.
    pub fn may_have_signed(&self, token: &str) -> bool {
        let header = decode_header(token).ok();
        header
            .is_some_and(|header| self.fitting(header.kid.as_deref(), header.alg).next().is_some())
    }

    /// The keys that a signature may be by: the one that is named, else all of its kind.
    fn fitting(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = DecodingKey> {
        let signs = |key: &&Jwk| key.common.public_key_use != Some(PublicKeyUse::Encryption);
        let named = move |key: &&Jwk| id.is_none_or(|id| key.common.key_id.as_deref() == Some(id));
        let keys = self.0.keys.iter().filter(signs).filter(named);
        keys.filter_map(|key| DecodingKey::from_jwk(key).ok())
            .filter(move |key| key.family() == algorithm.family())
    }
}

/// Judges a token. Only signatures that others can check count: with a shared secret, whoever knows it could
/// be everybody.
pub fn judge(token: &str, keys: &Keys, expected: Expected<'_>) -> Result<Identity, ProviderFault> {
    signatures::install();
    let unfit = |_| ProviderFault::Token;
    let header = decode_header(token).map_err(unfit)?;
    if !signatures::counts(header.alg) {
        return Err(ProviderFault::Token);
    }
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client]);
    validation.set_required_spec_claims(&["iss", "aud", "sub"]);
    // By our own clock, below.
    validation.validate_exp = false;
    let mut fitting = keys.fitting(header.kid.as_deref(), header.alg);
    let claims = fitting.find_map(|key| decode::<Claims>(token, &key, &validation).ok());
    let claims = claims.ok_or(ProviderFault::Token)?.claims;
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    let is_of_this = bool::from(nonce.as_bytes().ct_eq(expected.nonce.reveal().as_bytes()));
    let is_for_us = claims.azp.as_deref().is_none_or(|party| party == expected.client);
    let seconds = expected.now.0.div_euclid(Span::seconds(1).0) as f64;
    let is_over = claims.exp + (LEEWAY.as_ms() / 1_000) as f64 <= seconds;
    if !is_of_this || !is_for_us || is_over {
        return Err(ProviderFault::Token);
    }
    let Claims { sub, email, email_verified, .. } = claims;
    Person { sub, email, email_verified }.identity()
}

/// What the provider says beside its token of whoever signed in. It has to be the same person.
pub fn more(document: &[u8], identity: Identity) -> Result<Identity, ProviderFault> {
    let person: Person = serde_json::from_slice(document).map_err(|_| ProviderFault::Token)?;
    let said = person.identity()?;
    if said.subject == identity.subject { Ok(said) } else { Err(ProviderFault::Token) }
}

impl Person {
    fn identity(self) -> Result<Identity, ProviderFault> {
        if self.sub.is_empty() || self.sub.len() > SUBJECT_BYTES_MAX {
            return Err(ProviderFault::Token);
        }
        // Some providers write it as a text.
        let verified = self.email_verified.map(|said| said == true || said == "true");
        let email = self.email.and_then(|email| normal_email(&email));
        let email = email.map(|email| Address { email, verified });
        Ok(Identity { subject: self.sub, email })
    }
}

impl Identity {
    /// The address by which they are known here. One of which the provider says that it did not verify it
    /// never counts; one of which it says nothing, where it is trusted with that.
    pub fn address(&self, trusts_email: bool) -> Result<&str, ProviderFault> {
        let address = self.email.as_ref();
        let counts = address.filter(|address| address.verified.unwrap_or(trusts_email));
        counts.map(|address| address.email.as_str()).ok_or(ProviderFault::NoAddress)
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(****)")
    }
}
