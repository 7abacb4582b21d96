//! Signing in with an identity provider: OpenID Connect Core 1.0, the authorization code flow, with PKCE
//! (RFC 7636).
//!
//! Nothing is called here. [`provider`] reads what a provider says of itself and writes the address that a
//! browser is sent to, [`flows`] remembers who was sent there, and [`id_token`] judges what the provider says of
//! whoever comes back.

pub mod flows;
pub mod id_token;
pub mod provider;
mod signatures;

#[cfg(test)]
mod tests;

/// Why nobody is known by what a provider said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProviderFault {
    /// It could not be reached, or answered with an error.
    #[error("the identity provider could not be asked")]
    Unreachable,
    /// What it says of itself, or the keys of it, cannot be read or are not those of the issuer.
    #[error("what the identity provider says of itself does not fit the configured issuer")]
    Unfit,
    /// It refused the code that the browser brought, or the credential of this server.
    #[error("the identity provider refused the code, or the credential of this server")]
    Refused,
    /// What it says of whoever signs in is not signed by it, not meant for here, over, or of another sign-in.
    #[error("the identity provider's token does not count")]
    Token,
    /// It names no address that it verified.
    #[error("the identity provider names no verified e-mail address")]
    NoAddress,
}
