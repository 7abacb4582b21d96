//! The cookie that a session's secret comes in.

use axum::http::{HeaderMap, HeaderValue, header};

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

/// The cookie over TLS. A browser takes one whose name begins so over TLS alone, and for this host alone.
const WITH_TLS: &str = "__Host-baton-session";
/// The cookie of a loopback address.
const ON_LOOPBACK: &str = "baton-session";

impl Transport {
    /// The cookie's name; none where no secret may travel.
    const fn cookie(self) -> Option<&'static str> {
        match self {
            Self::Tls => Some(WITH_TLS),
            Self::Loopback => Some(ON_LOOPBACK),
            Self::Plain => None,
        }
    }

    const fn secure(self) -> &'static str {
        match self {
            Self::Tls => "; Secure",
            Self::Loopback | Self::Plain => "",
        }
    }
}

/// The secret that a request carries. Where it carries two, somebody may have put one there: neither counts.
pub fn token(headers: &HeaderMap, transport: Transport) -> Option<Token> {
    let name = transport.cookie()?;
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
pub fn set(token: &Token, transport: Transport) -> Option<HeaderValue> {
    let (name, secure) = (transport.cookie()?, transport.secure());
    let lasts = SESSION_LASTS.as_ms() / 1_000;
    let text = format!(
        "{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}{secure}",
        token.reveal()
    );
    let mut value = HeaderValue::try_from(text).expect("a cookie of ASCII");
    value.set_sensitive(true);
    Some(value)
}

/// The header that takes it from the browser again.
pub fn clear(transport: Transport) -> Option<HeaderValue> {
    let (name, secure) = (transport.cookie()?, transport.secure());
    let text = format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}");
    Some(HeaderValue::try_from(text).expect("a cookie of ASCII"))
}

#[cfg(test)]
mod tests;
