//! `[listen]`: where the server is, how browsers reach it, and the certificate that it shows.

use std::net::SocketAddr;
use std::path::Path;

use notation::{Diagnostic, Diagnostics, Span};

use super::network::{Range, RangeError};
use super::table::Table;
use super::tls::TlsFiles;

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// What browsers reach it by: scheme and host, and nothing after them.
    pub public_url: Option<String>,
    /// Proxies whose word counts of who asks, and whether they came over TLS.
    pub trusted_proxies: Vec<Range>,
    /// The certificate of the listener; without one it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
}

impl Listen {
    /// An address with nothing else said.
    pub const fn at(address: SocketAddr) -> Self {
        Self { address, public_url: None, trusted_proxies: Vec::new(), tls: None }
    }

    /// Whether others than this machine can reach it.
    pub fn is_open(&self) -> bool {
        !self.address.ip().is_loopback()
    }
}

/// Reads the section over what is there.
pub(super) fn read(
    mut table: Table<'_>,
    listen: &mut Listen,
    folder: &Path,
    out: &mut Diagnostics,
) {
    if let Some((text, span)) = table.text("address", out) {
        if let Ok(address) = text.parse() {
            listen.address = address;
        } else {
            let says = "this is no address with a port";
            let help = "write it as in \"127.0.0.1:8080\"";
            out.push(Diagnostic::error("config-value", span, says).help(help));
        }
    }
    if let Some((text, span)) = table.text("public_url", out) {
        listen.public_url = public_url(text, span, out);
    }
    for (text, span) in table.texts("trusted_proxies", out).unwrap_or_default() {
        listen.trusted_proxies.extend(proxy(text, span, out));
    }
    let section = table.value("tls").map(|(_, span)| span);
    if let Some((span, mut tls)) = section.zip(table.table("tls", out)) {
        let mut file = |key| tls.required(key, span, out).map(|(text, _)| folder.join(text));
        let (certificate, key) = (file("certificate"), file("key"));
        listen.tls = certificate.zip(key).map(|(certificate, key)| TlsFiles { certificate, key });
        tls.finish(out);
    }
    table.finish(out);
}

/// An address of which only scheme and host are said. A session's cookie goes there, so it is over TLS.
fn public_url(text: &str, span: Span, out: &mut Diagnostics) -> Option<String> {
    let host = text.strip_prefix("https://").map(|host| host.strip_suffix('/').unwrap_or(host));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if let Some(host) = host.filter(|host| !host.is_empty() && host.bytes().all(plain)) {
        return Some(format!("https://{}", host.to_ascii_lowercase()));
    }
    let says = "this is no address that browsers reach the server by";
    let help = "write scheme and host alone, as in \"https://baton.example.com\"";
    out.push(Diagnostic::error("config-value", span, says).help(help));
    None
}

fn proxy(text: &str, span: Span, out: &mut Diagnostics) -> Option<Range> {
    match text.parse::<Range>() {
        Ok(range) if range.is_everybody() => {
            let says = "this would believe everybody";
            let help = "name the proxies alone, as in \"10.0.0.5/32\"";
            out.push(Diagnostic::error("config-value", span, says).help(help));
            None
        }
        Ok(range) => Some(range),
        Err(error) => {
            let error: RangeError = error;
            out.push(Diagnostic::error("config-value", span, error.to_string()));
            None
        }
    }
}
