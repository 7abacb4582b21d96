//! `[sign-in]`: how people sign in.

use std::net::IpAddr;
use std::path::Path;

use notation::{Diagnostic, Diagnostics, Span};
use reqwest::Url;

use super::credential::Reference;
use super::table::Table;

/// `[sign-in]`: how people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whether a password signs in.
    pub local: bool,
    /// The identity provider that people sign in with.
    pub oidc: Option<IdentityProvider>,
}

/// `[sign-in.oidc]`: an identity provider that speaks OpenID Connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its address, as it writes it itself.
    pub issuer: String,
    /// What it knows this server as.
    pub client: String,
    /// What the server shows it.
    pub credential: Reference,
    /// Whether an address counts of which it does not say that it was verified.
    pub trusts_email: bool,
}

impl Default for SignIn {
    fn default() -> Self {
        Self { local: true, oidc: None }
    }
}

/// Reads the section over what is there.
pub(super) fn read(
    (mut table, span): (Table<'_>, Span),
    sign_in: &mut SignIn,
    folder: &Path,
    out: &mut Diagnostics,
) {
    if let Some(local) = table.flag("local", out) {
        sign_in.local = local;
    }
    let section = table.value("oidc").map_or(span, |(_, span)| span);
    if let Some(provider) = table.table("oidc", out) {
        sign_in.oidc = identity_provider(provider, section, folder, out);
    } else if !sign_in.local {
        let says = "nobody could sign in: passwords are off, and there is no identity provider";
        let help = "write `[sign-in.oidc]`, or leave `local` out";
        out.push(Diagnostic::error("config-value", span, says).help(help));
    }
    table.finish(out);
}

fn identity_provider(
    mut table: Table<'_>,
    section: Span,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<IdentityProvider> {
    let issuer = table.required("issuer", section, out);
    let client = table.required("client", section, out).map(|(text, _)| text.to_owned());
    let before = out.errors();
    let credential = table.reference("credential", folder, out);
    if credential.is_none() && out.errors() == before {
        let says = "`credential` is missing";
        out.push(Diagnostic::error("missing-key", section, says));
    }
    let trusts_email = table.flag("trusts_email", out).unwrap_or(false);
    table.finish(out);
    let (issuer, span) = issuer?;
    if !is_callable(issuer) {
        let says = "this is no address of an identity provider";
        let help = "write it as the provider does, as in \"https://login.example.com\"";
        out.push(Diagnostic::error("config-value", span, says).help(help));
        return None;
    }
    let (client, credential) = client.zip(credential)?;
    Some(IdentityProvider { issuer: issuer.to_owned(), client, credential, trusts_email })
}

/// Whether a secret may be sent there: over TLS, or to this machine itself. What is called has no query
/// of its own, and names nobody.
pub fn is_callable(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_here = host == "localhost" || literal.is_ok_and(|address| address.is_loopback());
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    is_safe && url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}
