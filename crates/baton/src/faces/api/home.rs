//! `GET /`: a browser goes to where its reader begins; whoever else asks is told what is here. It needs no
//! key, runs no script and tells nothing of what is kept; in a demo it has the commands to try.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::render::escape_html as escape;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::signed_in::see_other;
use crate::config::resolved::DemoServing;
use crate::faces::web::front;

const STYLE: &str = include_str!("home.css");

/// Addresses, each with what it answers.
const ADDRESSES: [(&str, &str); 9] = [
    ("GET /v1/handoffs", "handoffs, newest first"),
    ("GET /v1/handoffs/{id}", "one handoff; its brief and the reasons at /brief and /why"),
    ("GET /v1/accounts/{id or domain}", "what is known of an account"),
    ("POST /v1/search", "accounts, people and handoffs by what is at hand"),
    ("POST /v1/signals", "takes signals in, as CloudEvents"),
    (
        "POST /v1/track",
        "takes signals in, from clients of Segment's API; also the other calls of it",
    ),
    ("GET /openapi.json", "every path with its parameters; needs no key"),
    ("GET /readyz", "whether the server takes requests; needs no key"),
    ("GET /metrics", "figures for Prometheus; needs no key on this machine"),
];

/// Commands, each with what it shows.
const COMMANDS: [(&str, &str); 6] = [
    ("baton handoffs", "which handoffs there are, who has them and until when"),
    ("baton find TEXT", "whose an address, a domain or an id is"),
    ("baton why HANDOFF", "why this owner, and why not each other one"),
    ("baton brief HANDOFF", "what the new owner reads"),
    ("baton context ACCOUNT", "what is known of an account"),
    ("baton explain CODE", "what a code means and what to do"),
];

/// Answers with the page.
pub(super) async fn get(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if let Some(first) = front::leads_to(&app, &parts) {
        return see_other(first);
    }
    let host =
        parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let page = page(app.config.demo.as_ref(), host);
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (headers, page).into_response()
}

fn page(demo: Option<&DemoServing>, host: &str) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width\"><title>Baton</title>");
    let _ = writeln!(out, "<style>{STYLE}</style></head><body><main>");
    let _ = writeln!(out, "<h1>Baton {}</h1>", env!("CARGO_PKG_VERSION"));
    paragraph(&mut out, "From a lead to an accepted handoff: who gets it, why, and until when.");
    let key = if demo.is_some() { "demo" } else { "KEY" };
    match demo {
        Some(demo) => try_next(&mut out, demo),
        None => paragraph(&mut out, "The addresses below need a key: baton key create makes one."),
    }
    out.push_str("<h2>Addresses</h2>\n");
    table(&mut out, ADDRESSES.iter().copied());
    command(
        &mut out,
        &format!("curl -H \"Authorization: Bearer {key}\" http://{host}/v1/handoffs"),
    );
    out.push_str("<h2>Commands</h2>\n");
    table(&mut out, COMMANDS.iter().copied());
    out.push_str("<h2>Pages</h2>\n");
    paragraph(
        &mut out,
        "Inbox, handoffs, accounts, the desk and search are pages for a browser: open this address in one and \
         sign in.",
    );
    out.push_str("</main></body></html>\n");
    out
}

fn try_next(out: &mut String, demo: &DemoServing) {
    paragraph(
        out,
        "This is the demo: a made-up company with ninety days of history. Nobody in it is real, and nothing \
         leaves this machine. The key is demo; a browser that asks for a name takes it as well.",
    );
    out.push_str("<h2>Try next, in a terminal</h2>\n");
    for (says, line) in &demo.commands {
        paragraph(out, says);
        command(out, line);
    }
}

fn paragraph(out: &mut String, text: &str) {
    element(out, "p", text);
}

fn command(out: &mut String, text: &str) {
    element(out, "pre", text);
}

fn element(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "<{name}>");
    escape(out, text);
    let _ = writeln!(out, "</{name}>");
}

fn table<'a>(out: &mut String, rows: impl Iterator<Item = (&'a str, &'a str)>) {
    out.push_str("<table>\n");
    for (name, says) in rows {
        out.push_str("<tr><th>");
        escape(out, name);
        out.push_str("</th><td>");
        escape(out, says);
        out.push_str("</td></tr>\n");
    }
    out.push_str("</table>\n");
}

#[cfg(test)]
mod tests;
