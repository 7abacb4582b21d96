//! `verify` of an HTTP source: what proves who sends.

use std::path::Path;

use connectors::http_source::verify::{Algorithm, Encoding, Secrets, Signed};
use connectors::http_source::{Check, SignedHeader};
use domain::Span as Time;
use notation::{Diagnostic, Diagnostics, Span};

use super::credential::Reference;
use super::table::Table;

/// How far a signature's time may lie from ours where nothing is said, in seconds.
const TOLERANCE: u32 = 300;
/// The most that can be said: a day.
const TOLERANCE_MAX: u32 = 86_400;

/// What proves who sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verify {
    /// The secret.
    pub credential: Reference,
    /// Where it is looked for.
    pub place: Place,
}

/// Where a proof stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The secret in a header, behind a prefix.
    Header(String, String),
    /// The secret in a field of the body.
    Field(String),
    /// A signature in a header.
    Signature(Signature),
}

/// How a signature is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    header: String,
    prefix: String,
    algorithm: Algorithm,
    encoding: Encoding,
    signed: Vec<Signed>,
    timestamp: Option<String>,
    tolerance: u32,
}

/// Reads `verify = { … }`.
pub(super) fn read(
    mut table: Table<'_>,
    span: Span,
    folder: &Path,
    out: &mut Diagnostics,
) -> Option<Verify> {
    let credential = table.reference("credential", folder, out);
    let header = table.text("header", out).map(|(text, _)| text.to_owned());
    let field = table.text("field", out).map(|(text, _)| text.to_owned());
    let prefix = table.text("prefix", out).map_or_else(String::new, |(text, _)| text.to_owned());
    let hmac = table.text("hmac", out);
    let signature = signature(&mut table, hmac.is_some(), out);
    let algorithm = hmac.and_then(|(text, span)| algorithm(text, span, out));
    let asked = hmac.is_some();
    table.finish(out);
    let mut wrong = |says: &str, help: &str| {
        out.push(Diagnostic::error("config-value", span, says).help(help));
        None
    };
    let Some(credential) = credential else {
        return wrong("there is no `credential`", "write `credential = \"env:NAME\"`");
    };
    let place = match (header, field, asked) {
        (Some(header), None, false) => Place::Header(header, prefix),
        (None, Some(field), false) => Place::Field(field),
        (Some(header), None, true) => {
            let (encoding, signed, timestamp, tolerance) = signature?;
            let algorithm = algorithm?;
            let own =
                Signature { header, prefix, algorithm, encoding, signed, timestamp, tolerance };
            Place::Signature(own)
        }
        (None, None, _) | (Some(_), Some(_), _) | (None, Some(_), true) => {
            return wrong(
                "a secret or signature stands in one place",
                "write `header`, with `hmac` for a signature, or `field`",
            );
        }
    };
    Some(Verify { credential, place })
}

type Details = (Encoding, Vec<Signed>, Option<String>, u32);

/// What is said of a signature, and of nothing else.
fn signature(table: &mut Table<'_>, asked: bool, out: &mut Diagnostics) -> Option<Details> {
    let encoding = table.text("encoding", out);
    let signed = table.text("signed", out);
    let timestamp = table.text("timestamp", out);
    let tolerance = table.count("tolerance", TOLERANCE_MAX, out);
    if !asked {
        for (_, span) in [encoding, signed, timestamp].into_iter().flatten() {
            let says = "this is said of a signature alone";
            let help = "write `hmac = \"sha256\"` beside it";
            out.push(Diagnostic::error("config-value", span, says).help(help));
        }
        return None;
    }
    let encoding = match encoding {
        None | Some(("hex", _)) => Encoding::Hex,
        Some(("base64", _)) => Encoding::Base64,
        Some((_, span)) => {
            let says = "there is no encoding of this name";
            out.push(Diagnostic::error("unknown-word", span, says).help("known: hex, base64"));
            return None;
        }
    };
    let (text, span) = signed.map_or(("{body}", None), |(text, span)| (text, Some(span)));
    let Some(parts) = Signed::parse(text) else {
        let says = "what is signed holds `{body}` once, and may hold `{t}`";
        if let Some(span) = span {
            let diagnostic = Diagnostic::error("config-value", span, says);
            out.push(diagnostic.help("write it as in \"{t}.{body}\""));
        }
        return None;
    };
    let timestamp = timestamp.map(|(text, _)| text.to_owned());
    Some((encoding, parts, timestamp, tolerance.unwrap_or(TOLERANCE)))
}

fn algorithm(text: &str, span: Span, out: &mut Diagnostics) -> Option<Algorithm> {
    match text {
        "sha256" => Some(Algorithm::Sha256),
        "sha512" => Some(Algorithm::Sha512),
        _ => {
            let says = "there is no hash of this name";
            out.push(Diagnostic::error("unknown-word", span, says).help("known: sha256, sha512"));
            None
        }
    }
}

impl Verify {
    /// The check with its secrets at hand.
    pub(super) fn check(&self, secrets: Secrets) -> Check {
        match &self.place {
            Place::Header(header, prefix) => {
                Check::Header { header: header.clone(), prefix: prefix.clone(), secrets }
            }
            Place::Field(field) => Check::Field { field: field.clone(), secrets },
            Place::Signature(own) => Check::Signature(SignedHeader {
                header: own.header.clone(),
                prefix: own.prefix.clone(),
                algorithm: own.algorithm,
                encoding: own.encoding,
                signed: own.signed.clone(),
                timestamp: own.timestamp.clone(),
                tolerance: Time::seconds(i64::from(own.tolerance)),
                secrets,
            }),
        }
    }
}
