//! `baton context`: what is known of an account, and what was known then.

use clap::Args;
use domain::Moment;
use engine::view::{AccountView, FieldView, Page, PersonView};

use super::call::Call;
use super::ending::{Ending, Failure};
use super::known::{OpenFolder, moment, recorded};
use super::terminal::TextStyle;
use super::text::{count, counted, cut, day, fitted, minute, plain, wrapped};

/// Tell what is known of an account: its people, fields and where they are from, what happened
///
/// With --as-of it shows what was known at that moment: what arrived later is left out, however long ago
/// it happened.
#[derive(Args)]
#[command(after_help = "Examples:
  baton context acme.com
  baton context a-7f3a --as-of 2026-11-20T13:38:02Z --json")]
pub(super) struct Arguments {
    /// Its id, any unique prefix of it, or a domain
    #[arg(value_name = "ACCOUNT")]
    account: String,
    /// What was known at this moment, as in 2026-11-20T13:38:02Z
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(arguments: &Arguments, call: &Call) -> Result<Ending, Failure> {
    let as_of = arguments.as_of.as_deref().map(moment).transpose()?;
    let folder = OpenFolder::open(call)?;
    let (typed, page) = (&arguments.account, Page::default());
    let found = folder.service().account(typed, as_of, page, None, |shown| {
        if call.terminal.json {
            vec![serde_json::to_string(shown).expect("a view is JSON")]
        } else {
            lines(shown, as_of, call)
        }
    });
    let found = found.map_err(|error| folder.not_found(error))?;
    for line in recorded(found, call)? {
        if call.terminal.json {
            call.terminal.json_text(&line)?;
        } else {
            call.terminal.line(&line)?;
        }
    }
    Ok(Ending::Done)
}

fn lines(shown: &AccountView<'_>, as_of: Option<Moment>, call: &Call) -> Vec<String> {
    let terminal = &call.terminal;
    let name = shown.name.map_or_else(|| "an account without a name".to_owned(), plain);
    let then = as_of.map_or_else(String::new, |moment| {
        terminal.styled(TextStyle::Blue, &format!("  as known at {}", minute(moment)))
    });
    let id = terminal.styled(TextStyle::Dim, &shown.id.to_string());
    let mut lines = vec![format!("{}{then}  {id}", terminal.styled(TextStyle::Bold, &name))];
    let known = shown.fields.iter();
    let rows = known.map(|(name, field)| row(name, field, call));
    lines.extend(fields(rows, "  ", call));
    for handoff in &shown.handoffs {
        let by =
            handoff.accept_by.map_or_else(String::new, |by| format!(", accept by {}", minute(by)));
        let (id, owner) = (handoff.id, cut(handoff.owner.id(), 24));
        lines.push(format!("  {id} {} with {owner}{by}", handoff.state));
    }
    lines.extend([String::new(), count_people(shown)]);
    for person in &shown.people {
        lines.extend(person_lines(person, call));
    }
    lines.extend([String::new(), count(shown.touches, "touchpoint")]);
    let touches = shown.touchpoints.iter().map(|touch| {
        let id = terminal.styled(TextStyle::Dim, &touch.id.to_string());
        let source = format!("from {}", plain(touch.source));
        vec![format!("  {}", minute(touch.moment)), plain(touch.kind), source, id]
    });
    lines.extend(fitted(&touches.collect::<Vec<_>>(), &[], terminal.columns()));
    if shown.next.is_some() {
        lines.push("  older ones are not shown".to_owned());
    }
    lines
}

fn person_lines(person: &PersonView<'_>, call: &Call) -> Vec<String> {
    let terminal = &call.terminal;
    let known: Vec<String> = person.identifiers.iter().map(|known| cut(known.value, 48)).collect();
    let known = if person.erased { "erased".to_owned() } else { known.join(", ") };
    let known = if known.is_empty() { "an anonymous visitor".to_owned() } else { known };
    let score = person
        .score
        .map_or_else(String::new, |score| format!("score {:.2}  ", f64::from(score.0) / 100.0));
    let id = terminal.styled(TextStyle::Dim, &person.id.to_string());
    let whole = format!("  {known}  {score}{id}");
    let mut lines = wrapped(&whole, terminal.columns(), "    ");
    let known = person.fields.iter();
    let rows = known.map(|(name, field)| row(name, field, call));
    lines.extend(fields(rows, "    ", call));
    lines
}

fn count_people(shown: &AccountView<'_>) -> String {
    let known = shown.people.iter().filter(|person| !person.identifiers.is_empty()).count();
    let others = shown.people.len() - known;
    let known = counted(known as u64, "known person", "known people");
    if others == 0 {
        known
    } else {
        format!("{known}, {}", counted(others as u64, "visitor", "visitors"))
    }
}

/// A field with its value and where it is from.
fn row(name: &str, field: &FieldView<'_>, call: &Call) -> Vec<String> {
    let claimed = if field.claimed { "claimed, " } else { "" };
    let source = field.source.map_or_else(String::new, |source| format!("{}, ", cut(source, 16)));
    let from = format!("{claimed}{source}{}", day(field.moment));
    let value = plain(&field.value.to_string());
    vec![plain(name), value, call.terminal.styled(TextStyle::Dim, &from)]
}

fn fields(rows: impl Iterator<Item = Vec<String>>, indent: &str, call: &Call) -> Vec<String> {
    let room = call.terminal.columns() - indent.len();
    let lines = fitted(&rows.collect::<Vec<_>>(), &[], room);
    lines.into_iter().map(|line| format!("{indent}{line}")).collect()
}
