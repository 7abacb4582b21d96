//! `baton replay --check`: turns are taken again, and compared with what the journal says.

use std::collections::BTreeMap;

use crank::{Checked, Difference};
use domain::fact::{Aggregate, Fact};
use serde::Serialize;
use serde_json::Value;
use store::Position;
use store::sqlite::SqliteStore;

use super::super::call::Call;
use super::super::ending::{Ending, Failure};
use super::super::terminal::TextStyle;
use super::super::text::{counted, thousands, wrapped};
use crate::local::Refusal;

/// What is printed.
#[derive(Serialize)]
struct Report {
    entries: u64,
    /// Turns that were taken again.
    turns: u64,
    /// How many of them said something else.
    different: u64,
    first_difference: Option<First>,
    /// Turns of other versions of the engine.
    other_versions: u64,
    /// Turns under a strategy that is not kept, or does not compile with this program.
    strategy_missing: u64,
    /// Turns that cannot be taken again, by the reason.
    not_again: BTreeMap<&'static str, u64>,
}

/// The first difference.
#[derive(Serialize)]
struct First {
    position: u64,
    aggregate: String,
    /// The kind of the fact.
    kind: Option<&'static str>,
    /// The field that differs first; none where one of the two has no such fact.
    field: Option<String>,
    stored: Value,
    again: Value,
}

pub(super) fn run(store: SqliteStore, from: u64, call: &Call) -> Result<Ending, Failure> {
    let entries = store::Read::head(&store)?.position.0;
    let checked = {
        let bar = call.terminal.progress("checking", entries);
        let mut tell = |at| bar.at(at, || format!("{} entries", thousands(at)));
        crank::check(store, Position(from), &mut tell).map_err(Refusal::from)?
    };
    let first = checked.first.as_ref().map(First::of);
    let same = checked.different == 0;
    if call.terminal.json {
        call.terminal.json(&Report {
            entries: checked.entries,
            turns: checked.turns,
            different: checked.different,
            first_difference: first,
            other_versions: checked.other_versions,
            strategy_missing: checked.without_strategy,
            not_again: checked.not_again,
        })?;
    } else {
        say(&checked, first, call)?;
    }
    Ok(if same { Ending::Done } else { Ending::Found })
}

fn say(checked: &Checked, first: Option<First>, call: &Call) -> Result<(), Failure> {
    let terminal = &call.terminal;
    let turns = counted(checked.turns, "turn was", "turns were");
    terminal.line(&format!("{turns} taken again; {} differ", thousands(checked.different)))?;
    if let Some(first) = first {
        let kind = first.kind.unwrap_or("nothing");
        let field = first.field.map(|field| format!(", field `{field}`")).unwrap_or_default();
        let says = format!(
            "first difference: entry {}, {}, {kind}{field}",
            first.position, first.aggregate
        );
        terminal.line(&terminal.styled(TextStyle::Red, &says))?;
        for (word, value) in
            [("the journal says", first.stored), ("the turn says now", first.again)]
        {
            for line in wrapped(&format!("  {word}: {value}"), call.terminal.columns(), "    ") {
                terminal.line(&line)?;
            }
        }
    }
    for (count, why) in [
        (checked.other_versions, "of other versions of the engine"),
        (checked.without_strategy, "under strategies that are not kept or do not compile"),
    ] {
        if count > 0 {
            terminal
                .line(&format!("not taken again: {} {why}", counted(count, "turn", "turns")))?;
        }
    }
    for (why, count) in &checked.not_again {
        let turns = counted(*count, "turn", "turns");
        terminal.line(&format!("cannot be taken again: {turns} ({why})"))?;
    }
    Ok(())
}

impl First {
    fn of(difference: &Difference) -> Self {
        let Difference { position, aggregate, stored, again } = difference;
        let kind = stored.as_ref().or(again.as_ref()).map(|fact| fact.kind());
        let (stored, again) = (value(stored.as_deref()), value(again.as_deref()));
        let field = if stored.is_null() || again.is_null() {
            None
        } else {
            field(&stored, &again).or_else(|| Some("header".to_owned()))
        };
        let aggregate = named(*aggregate);
        Self { position: position.0, aggregate, kind, field, stored, again }
    }
}

/// The clear part of a fact.
fn value(fact: Option<&Fact>) -> Value {
    fact.map_or(Value::Null, |fact| serde_json::to_value(fact).expect("a fact has a form in JSON"))
}

/// The path to the first thing in which two values differ.
fn field(one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            names.into_iter().find_map(|name| {
                let (one, other) = (
                    one.get(name).unwrap_or(&Value::Null),
                    other.get(name).unwrap_or(&Value::Null),
                );
                (one != other).then(|| match field(one, other) {
                    Some(inner) if !inner.is_empty() => format!("{name}.{inner}"),
                    Some(_) | None => name.clone(),
                })
            })
        }
        (one, other) => (one != other).then(String::new),
    }
}

fn named(aggregate: Aggregate) -> String {
    match aggregate {
        Aggregate::Node(node) => node.to_string(),
        Aggregate::Account(account) => account.to_string(),
        Aggregate::Desk => "the desk".to_owned(),
        Aggregate::Registry => "the registry".to_owned(),
        Aggregate::Quarantine => "quarantine".to_owned(),
        Aggregate::Governance => "governance".to_owned(),
    }
}
