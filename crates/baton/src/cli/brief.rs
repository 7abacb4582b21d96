//! `baton brief`: what the new owner reads.

use clap::{Args, ValueEnum};
use engine::render;
use engine::stages::brief;
use engine::view::{self, Reader};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{Known, record_view};

/// Write the brief of a handoff: claims, each with its evidence
///
/// It says what was known when the owner got it. Personal data is in it where the role's purposes
/// in `brief.yaml` allow that.
#[derive(Args)]
#[command(after_help = "Examples:
  baton brief h-7f3a
  baton brief h-7f3a --format md --for manager")]
pub(super) struct Arguments {
    /// Its id, or the beginning of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// For which role, as `brief.yaml` has it
    #[arg(long = "for", value_name = "ROLE", default_value = "rep")]
    role: String,
}

/// A form of a brief.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Md,
    Html,
    Text,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let known = Known::find(&reader, &arguments.handoff)?;
    let got = known.handoff.assigned.unwrap_or(known.handoff.opened);
    let then = known.account_at(&reader, got)?;
    let written = brief::write(&then, &known.handoff, &known.strategy, got);
    warn_of_role(arguments, &known, call);
    let role = Reader::of(&known.strategy.brief, &arguments.role);
    let shown = view::brief(&written, &role);
    if role.personal {
        record_view(call, then.nodes.len() as u64);
    }
    let terminal = &call.terminal;
    match arguments.format {
        Format::Json => terminal.json(&shown)?,
        Format::Md | Format::Html | Format::Text if terminal.json => terminal.json(&shown)?,
        Format::Md => terminal.line(render::markdown(&shown).trim_end())?,
        Format::Html => terminal.line(render::html(&shown).trim_end())?,
        Format::Text => terminal.line(render::text(&shown).trim_end())?,
    }
    Ok(Ending::Done)
}

/// A role that nobody wrote down reads the least, which looks like a brief that knows little.
fn warn_of_role(arguments: &Arguments, known: &Known, call: &Call) {
    let readers = &known.strategy.brief.readers;
    if readers.iter().all(|reader| reader.role.value != arguments.role) {
        let roles: Vec<&str> = readers.iter().map(|reader| reader.role.value.as_str()).collect();
        call.terminal.warn(&format!(
            "`brief.yaml` has no such role, so personal data is left out; it has {}",
            roles.join(", ")
        ));
    }
}
