//! The cookies that secrets come in: that of a session, and that of whoever was sent to sign in elsewhere.

use axum::http::{HeaderMap, HeaderValue, header};
use domain::Span;

use super::oidc::flows::FLOW_LASTS;
use super::sessions::SESSION_LASTS;
use super::token::Token;

/// How a request came here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// Over TLS.
    Tls,
    /// Over plain HTTP, from this machine to this machine.
    Loopback,
    /// Over plain HTTP, where others may read along.
    Plain,
}

/// What a cookie's secret is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    /// A session.
    Session,
    /// A sign-in at an identity provider that is under way.
    Flow,
}

impl Cookie {
    /// Its name; none where no secret may travel. Over TLS a browser takes one whose name begins with
    /// `__Host-` over TLS alone, and for this host alone.
    const fn name(self, transport: Transport) -> Option<&'static str> {
        match (self, transport) {
            (Self::Session, Transport::Tls) => Some("__Host-baton-session"),
            (Self::Session, Transport::Loopback) => Some("baton-session"),
            (Self::Flow, Transport::Tls) => Some("__Host-baton-flow"),
            (Self::Flow, Transport::Loopback) => Some("baton-flow"),
            (_, Transport::Plain) => None,
        }
    }

    const fn lasts(self) -> Span {
        match self {
            Self::Session => SESSION_LASTS,
            Self::Flow => FLOW_LASTS,
        }
    }
}

impl Transport {
    const fn secure(self) -> &'static str {
        match self {
            Self::Tls => "; Secure",
            Self::Loopback | Self::Plain => "",
        }
    }
}

/// The secret that a request carries. Where it carries two, somebody may have put one there: neither counts.
pub fn token(headers: &HeaderMap, cookie: Cookie, transport: Transport) -> Option<Token> {
    let name = cookie.name(transport)?;
    let all = headers.get_all(header::COOKIE).into_iter();
    let pairs = all.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut ours = pairs.filter_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    });
    let only = ours.next().filter(|_| ours.next().is_none())?;
    Token::read(only)
}

/// The header that gives a browser the secret; none where it may not travel.
pub fn set(token: &Token, cookie: Cookie, transport: Transport) -> Option<HeaderValue> {
    let (name, secure) = (cookie.name(transport)?, transport.secure());
    let lasts = cookie.lasts().as_ms() / 1_000;
    let text = format!(
        "{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}{secure}",
        token.reveal()
    );
    let mut value = HeaderValue::try_from(text).expect("a cookie of ASCII");
    value.set_sensitive(true);
    Some(value)
}

/// The header that takes it from the browser again.
pub fn clear(cookie: Cookie, transport: Transport) -> Option<HeaderValue> {
    let (name, secure) = (cookie.name(transport)?, transport.secure());
    let text = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    Some(HeaderValue::try_from(text).expect("a cookie of ASCII"))
}

#[cfg(test)]
mod tests;
