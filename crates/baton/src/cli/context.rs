//! `baton context`: what is known of an account, and what was known then.

use clap::Args;
use crank::account_known;
use domain::{Moment, Value};
use engine::view::{self, AccountView, Page, Reader};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::find;
use super::known::{moment, record_view};
use super::terminal::TextStyle;
use super::text::{columns, count, cut, plain};

/// Tell what is known of an account: its people, fields and where they are from, what happened
///
/// As of a moment it is what was known then: whatever came later is left out, however long ago it
/// happened.
#[derive(Args)]
#[command(after_help = "Examples:
  baton context acme.com
  baton context a-7f3a --as-of 2026-11-20T13:38:02Z --json")]
pub(super) struct Arguments {
    /// Its id, the beginning of it, or a domain
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// What was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let as_of = arguments.as_of.as_deref().map(moment).transpose()?;
    let reader = call.reader()?;
    let id = find::account(&reader, &arguments.account)?;
    let known = account_known(&reader, id, as_of)?;
    if !known.is_known() {
        let says = match as_of {
            Some(moment) => format!("nothing was known of `{id}` at {moment}"),
            None => format!("nothing is known of `{id}`"),
        };
        return Err(Failure::wrong("unknown-id", says));
    }
    record_view(call, known.account().id, known.account().members.len() as u64)?;
    let shown = view::account(&known, Page::default(), &Reader::with_personal(""));
    if call.terminal.json {
        call.terminal.json(&shown)?;
    } else {
        tell(&shown, as_of, call)?;
    }
    Ok(Ending::Done)
}

fn tell(shown: &AccountView<'_>, as_of: Option<Moment>, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    let name = shown.name.map_or_else(|| "an account without a name".to_owned(), plain);
    let then = as_of.map_or_else(String::new, |moment| {
        terminal.styled(TextStyle::Blue, &format!("  as known at {moment}"))
    });
    let id = terminal.styled(TextStyle::Dim, &shown.id.to_string());
    terminal.line(&format!("{}{then}  {id}", terminal.styled(TextStyle::Bold, &name)))?;
    let known = shown.fields.iter();
    let rows = known.map(|(name, field)| row(name, &field.value, field.source, field.moment, call));
    fields(rows, "  ", call)?;
    for handoff in &shown.handoffs {
        let by = handoff.accept_by.map_or_else(String::new, |by| format!(", accept by {by}"));
        let owner = plain(handoff.owner.id());
        terminal.line(&format!("  handoff {} {} with {owner}{by}", handoff.id, handoff.state))?;
    }
    terminal.line("")?;
    terminal.line(&count_people(shown))?;
    for person in &shown.people {
        let known: Vec<String> =
            person.identifiers.iter().map(|known| cut(known.value, 48)).collect();
        let known = if person.erased { "erased".to_owned() } else { known.join(", ") };
        let known = if known.is_empty() { "a visitor nobody knows".to_owned() } else { known };
        let score = person
            .score
            .map_or_else(String::new, |score| format!("  score {:.2}", f64::from(score.0) / 100.0));
        let id = terminal.styled(TextStyle::Dim, &person.id.to_string());
        terminal.line(&format!("  {known}{score}  {id}"))?;
        let known = person.fields.iter();
        let rows =
            known.map(|(name, field)| row(name, &field.value, field.source, field.moment, call));
        fields(rows, "    ", call)?;
    }
    terminal.line("")?;
    terminal.line(&count(shown.touches, "touchpoint"))?;
    let rows: Vec<Vec<String>> = shown
        .touchpoints
        .iter()
        .map(|touch| {
            let moment = format!("  {:.19}", touch.moment.to_string());
            let id = terminal.styled(TextStyle::Dim, &touch.id.to_string());
            vec![moment, cut(touch.kind, 32), format!("from {}", plain(touch.source)), id]
        })
        .collect();
    for line in columns(&rows, &[]) {
        terminal.line(&line)?;
    }
    if shown.next.is_some() {
        terminal.line("  older ones are not shown")?;
    }
    Ok(())
}

fn count_people(shown: &AccountView<'_>) -> String {
    let known = shown.people.iter().filter(|person| !person.identifiers.is_empty()).count();
    let others = shown.people.len() - known;
    let known = super::text::counted(known as u64, "known person", "known people");
    if others == 0 {
        known
    } else {
        format!("{known}, {}", super::text::counted(others as u64, "visitor", "visitors"))
    }
}

/// A field with its value and where it is from.
fn row(
    name: &str,
    value: &Value,
    source: Option<&str>,
    moment: Moment,
    call: &Call,
) -> Vec<String> {
    let source = source.map_or_else(String::new, |source| format!("{source}, "));
    let from = format!("{source}{:.10}", moment.to_string());
    vec![cut(name, 28), cut(&value.to_string(), 44), call.terminal.styled(TextStyle::Dim, &from)]
}

fn fields(
    rows: impl Iterator<Item = Vec<String>>,
    indent: &str,
    call: &Call,
) -> Result<(), Failure> {
    for line in columns(&rows.collect::<Vec<_>>(), &[]) {
        call.terminal.line(&format!("{indent}{line}"))?;
    }
    Ok(())
}
