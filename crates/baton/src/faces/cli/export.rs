//! `baton export`: the journal and how things stand, a line of JSON a record.

mod fact;
mod state;

use std::io::{self, BufWriter, Write};

use clap::{Args, ValueEnum};
use domain::fact::{About, Aggregate, Fact, ReadFor};
use domain::{DeliveryId, HandoffId, NodeId};
use notation::or_meant;
use rustc_hash::{FxHashMap, FxHashSet};
use store::sqlite::Reader;
use store::{Position, Purpose, Read};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::harmless::JsonOut;
use super::text::{count, plain};
use crate::local::Request;
use crate::runtime::clock;

/// Entries that are read at once.
const AT_ONCE: usize = 2_000;
/// The longest purpose or reason, in characters.
const WORDS_MAX: usize = 400;
/// What personal data can be written in clear for.
const PURPOSES: [ReadFor; 5] = [
    ReadFor::Sales,
    ReadFor::Marketing,
    ReadFor::Operations,
    ReadFor::Audit,
    ReadFor::AccessRequest,
];

/// Export facts or current state, a line of JSON a record
///
/// Personal data is `redacted` unless a purpose is given; the purpose, and who gave it, go into the
/// journal before anything is read.
#[derive(Args)]
#[command(after_help = "Examples:
  baton export --what facts > facts.jsonl
  baton export --what facts --purpose access-request --reason \"case 17\" > theirs.jsonl
  baton export --what state")]
pub(super) struct Arguments {
    /// What is written
    #[arg(long, value_enum, value_delimiter = ',', required = true, value_name = "facts,state")]
    what: Vec<What>,
    /// What personal data is written in clear for: sales, marketing, operations, audit or
    /// access-request
    #[arg(long, value_name = "NAME")]
    purpose: Option<String>,
    /// Why, in words; they are kept sealed
    #[arg(long, value_name = "TEXT", requires = "purpose")]
    reason: Option<String>,
}

/// What can be written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The journal, in order.
    Facts,
    /// Handoffs, the quarantine, strategies.
    State,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let reader = call.reader()?;
    let purpose = arguments
        .purpose
        .as_deref()
        .map(|text| stated(text, arguments, &reader, call))
        .transpose()?;
    let mut out = BufWriter::with_capacity(1 << 16, JsonOut::new(io::stdout().lock()));
    let mut lines = 0;
    if arguments.what.contains(&What::Facts) {
        lines += facts(&reader, purpose.as_ref(), &mut out)?;
    }
    if arguments.what.contains(&What::State) {
        lines += state::write(&reader, &mut out)?;
    }
    out.flush()?;
    call.terminal.aside(&format!("{} written", count(lines, "record")));
    Ok(Ending::Done)
}

/// Records why personal data is read, before it is.
fn stated(
    text: &str,
    arguments: &Arguments,
    reader: &Reader,
    call: &Call,
) -> Result<Purpose, Failure> {
    let text = words(text);
    if text.is_empty() {
        return Err(Failure::wrong("purpose-empty", "a purpose says what the data is read for"));
    }
    let Some(purpose) = ReadFor::named(&text).filter(|known| PURPOSES.contains(known)) else {
        return Err(no_purpose(&text));
    };
    let nodes = nodes(reader)?;
    let mut executor = call.known_executor()?;
    let reason = arguments.reason.as_deref().map(words);
    let request = Request::Disclose {
        purpose: purpose.to_string(),
        reason,
        account: None,
        entry: None,
        nodes,
    };
    executor.ask(request, clock::now())?;
    executor.close()?;
    Ok(Purpose::stated(&text))
}

/// A purpose is one of a list; what is to be said besides is a reason.
fn no_purpose(typed: &str) -> Failure {
    let known = PURPOSES.map(|purpose| purpose.to_string());
    let near = or_meant(typed, known.iter().map(String::as_str));
    let says = format!("`{}` is no purpose; there are {}{near}", plain(typed), known.join(", "));
    let help = "say why in words with --reason; they are kept sealed".to_owned();
    Failure::wrong("purpose-unknown", says).with_help(vec![help])
}

fn words(text: &str) -> String {
    text.trim().chars().filter(|sign| !sign.is_control()).take(WORDS_MAX).collect()
}

/// How many nodes the journal speaks of.
fn nodes(reader: &Reader) -> Result<u64, Failure> {
    let mut nodes: FxHashSet<NodeId> = FxHashSet::default();
    let mut after = Position::START;
    loop {
        let page = reader.journal(after, AT_ONCE, None)?;
        let Some(last) = page.last() else { return Ok(nodes.len() as u64) };
        after = last.position;
        for stored in &page {
            if let Aggregate::Node(node) = stored.entry.header.aggregate {
                nodes.insert(node);
            }
        }
    }
}

fn facts(reader: &Reader, purpose: Option<&Purpose>, out: &mut impl Write) -> Result<u64, Failure> {
    let mut lines = 0;
    let mut after = Position::START;
    let mut handoffs = FxHashMap::default();
    loop {
        let page = reader.journal(after, AT_ONCE, purpose)?;
        let Some(last) = page.last() else { return Ok(lines) };
        after = last.position;
        for stored in &page {
            for (at, fact) in stored.entry.facts.iter().enumerate() {
                let source = source_of(reader, fact)?;
                let handoff = handoff_of(fact, &mut handoffs);
                let clear = purpose.is_some();
                let line = fact::line(stored, at, fact, source.as_deref(), handoff, clear);
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
                lines += 1;
            }
        }
    }
}

/// The handoff of a delivery: the fact that queued it names it, and later ones do not.
fn handoff_of(fact: &Fact, known: &mut FxHashMap<DeliveryId, HandoffId>) -> Option<HandoffId> {
    let About::Delivery(delivery, handoff) = fact.about() else { return None };
    if let Some(handoff) = handoff {
        known.insert(delivery, handoff);
    }
    known.get(&delivery).copied()
}

/// The source of what an entry of the quarantine was: later facts of it name the entry alone.
fn source_of(reader: &Reader, fact: &Fact) -> Result<Option<String>, Failure> {
    let Some((entry, _)) = fact.of_entry() else { return Ok(None) };
    Ok(reader.entry(entry)?.map(|row| row.source.as_str().to_owned()))
}
