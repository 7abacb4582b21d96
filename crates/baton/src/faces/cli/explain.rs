//! `baton explain`: what a code means and what to do, and how to do something. The pages of `docs/errors`
//! and `docs/how-to` are built in.

mod page;

use clap::Args;
use serde::Serialize;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::terminal::TextStyle;
use super::text::{fitted, plain, wrapped};

/// The pages by their code, in order.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/error_pages.rs"));

/// Explain a code: what it means, with an example, and what to do; or show a guide
///
/// Codes stand in square brackets behind `error` and `warning`, in reasons, in JSON as `code`, and in the
/// log. Guides say how to do something: strategy, import, follow-up, http and others. Without a name all of
/// them are listed.
#[derive(Args)]
#[command(after_help = "Examples:
  baton explain id-reused
  baton explain strategy
  baton explain
  baton explain id-reused --json")]
pub(super) struct Arguments {
    /// The code, as in `id-reused` or `error[id-reused]`, or the name of a guide
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// The guides by their names, in order.
const GUIDES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/guide_pages.rs"));

/// A page as it is printed.
#[derive(Serialize)]
struct Page<'a> {
    code: &'a str,
    /// Where the code is met, and what it says.
    says: String,
    /// The whole page; a list leaves it out.
    #[serde(rename = "page", skip_serializing_if = "Option::is_none")]
    markdown: Option<&'a str>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    match &arguments.code {
        Some(typed) => explain(bare(typed), call),
        None => list(call),
    }
}

/// A code without what stands around it in a message.
fn bare(typed: &str) -> &str {
    let inner = typed.split_once('[').map_or(typed, |(_, rest)| rest);
    inner.trim_end_matches(':').trim_matches(['`', ']', ' '])
}

fn explain(code: &str, call: &Call) -> Result<Ending, Failure> {
    let Some((code, text)) = PAGES.iter().chain(GUIDES).find(|(known, _)| *known == code) else {
        return Err(unknown(code));
    };
    if call.terminal.json {
        call.terminal.json(&Page { code, says: page::says(text), markdown: Some(text) })?;
        return Ok(Ending::Done);
    }
    for line in page::lines(text, call.terminal.columns()) {
        let shown = match line {
            page::Line::Heading(text) => call.terminal.styled(TextStyle::Bold, &text),
            page::Line::Text(text) => text,
        };
        call.terminal.line(&shown)?;
    }
    Ok(Ending::Done)
}

fn unknown(code: &str) -> Failure {
    let near = notation::nearest(code, PAGES.iter().chain(GUIDES).map(|(known, _)| *known));
    let help = near.map_or_else(
        || "`baton explain` lists all codes and guides".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::wrong("unknown-word", format!("there is no code `{}`; {help}", plain(code)))
}

fn list(call: &Call) -> Result<Ending, Failure> {
    if call.terminal.json {
        for (code, text) in PAGES {
            call.terminal.json(&Page { code, says: page::says(text), markdown: None })?;
        }
        return Ok(Ending::Done);
    }
    let rows: Vec<Vec<String>> =
        PAGES.iter().map(|(code, text)| vec![(*code).to_owned(), page::says(text)]).collect();
    for line in fitted(&rows, &[], call.terminal.columns()) {
        call.terminal.line(&line)?;
    }
    let guides: Vec<&str> = GUIDES.iter().map(|(name, _)| *name).collect();
    for line in wrapped(&format!("guides: {}", guides.join(", ")), call.terminal.columns(), "  ") {
        call.terminal.line(&line)?;
    }
    Ok(Ending::Done)
}
