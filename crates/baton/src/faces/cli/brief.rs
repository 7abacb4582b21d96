//! `baton brief`: what the new owner reads.

use clap::{Args, ValueEnum};
use engine::as_of::AsOf;
use engine::render::{self, EvidenceShown};
use rules::Strategy;
use rules::brief::ROLES;

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};
use crate::service::read::Access;

/// Write the brief of a handoff: what the new owner reads, and on request what each line rests on
///
/// It says what was known when the present owner got it, or at the moment that is asked about: the
/// handoff, its person and its account as they were then. Personal data is in it where the role's purposes
/// in `brief.yaml` allow that.
#[derive(Args)]
#[command(after_help = "Examples:
  baton brief h-7f3a
  baton brief h-7f3a --evidence
  baton brief h-7f3a --format md --for manager
  baton brief h-7f3a --as-of 2026-11-20T13:38:02Z")]
pub(super) struct Arguments {
    /// Its id, or any unique prefix of it
    #[arg(value_name = "HANDOFF")]
    handoff: String,
    /// In which form
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// For which role: rep, manager, marketer, revops, auditor or admin
    #[arg(long = "for", value_name = "ROLE", default_value = "rep")]
    role: String,
    /// List the signals that each line rests on
    #[arg(long)]
    evidence: bool,
    /// As it was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
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
    let role = Access::role(&arguments.role).ok_or_else(|| {
        let known = ROLES.join(", ");
        let says = format!("there is no role `{}`; there are {known}", arguments.role);
        Failure::wrong("unknown-word", says)
    })?;
    let as_of = match &arguments.as_of {
        Some(typed) => AsOf::Moment(moment(typed)?),
        None => AsOf::Assignment,
    };
    let folder = OpenFolder::open_for(Access::operator().narrowed_to(Some(role)), call)?;
    let columns = call.terminal.columns();
    let evidence = if arguments.evidence { EvidenceShown::Listed } else { EvidenceShown::Counted };
    let format = if call.terminal.json { Format::Json } else { arguments.format };
    let written = folder.service().brief(&arguments.handoff, as_of, |view, strategy| {
        warn_of_role(arguments, strategy, call);
        match format {
            Format::Json => render::json(view),
            Format::Md => render::markdown(view, evidence),
            Format::Html => render::page(view),
            Format::Text => render::text(view, columns, evidence),
        }
    })?;
    let written = recorded(written, call)?;
    if format == Format::Json {
        call.terminal.json_text(&written)?;
    } else {
        call.terminal.line(written.trim_end())?;
    }
    Ok(Ending::Done)
}

/// A role that nobody wrote down reads the least, which looks like a brief that knows little.
fn warn_of_role(arguments: &Arguments, strategy: Option<&Strategy>, call: &Call) {
    let Some(strategy) = strategy else {
        call.terminal.warn(
            "the strategy that decided is not kept, so personal data and the playbook's steps are \
             left out",
        );
        return;
    };
    let readers = &strategy.brief.readers;
    if readers.iter().all(|reader| reader.role.value != arguments.role) {
        let roles: Vec<&str> = readers.iter().map(|reader| reader.role.value.as_str()).collect();
        call.terminal.warn(&format!(
            "`brief.yaml` has no such role, so personal data is left out; it has {}",
            roles.join(", ")
        ));
    }
}
