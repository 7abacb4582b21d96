//! Figures, and the handoffs that a figure is of.

use ::counts::Measure;
use domain::handoff::State;
use serde_json::Value;

use super::operation::Operation;
use super::schema::{object, one_of, text};
use crate::faces::api::counted_query::By;

/// Which handoffs are looked at, as both ask it.
const NARROWED: [(&str, &str); 18] = [
    ("days", "Those that began in so many days that end now, or `all`."),
    ("from", "Those that began at this day or moment, or later."),
    ("to", "Those that began before this moment, or until the end of this day."),
    ("team", "Of this team."),
    ("source", "From this source."),
    ("campaign", "From this campaign."),
    ("asset", "From this asset."),
    ("member", "Of this member, who has it or had it last."),
    ("pool", "Whose owner was found in this pool."),
    ("route", "Whose owner was found by this route."),
    ("kind", "Of this kind."),
    ("without", "Without a value there, such as `campaign,asset`."),
    ("reason", "That somebody refused for this reason."),
    ("said-by", "That this member refused."),
    ("took", "That took so long: `route`, `accept` or `touch`, from and below in milliseconds."),
    ("returns-from", "That come back at this day or moment, or later."),
    ("returns-to", "That come back before this moment, or until the end of this day."),
    ("holder", "That this member has at present."),
];

fn narrowed(summary: &str) -> Operation {
    let counts = one_of(Measure::ALL.iter().map(|measure| measure.as_str()));
    let states = one_of(State::ALL.iter().map(|state| state.as_str()));
    let named = Operation::read(summary).of("name", "What is counted.", &counts);
    let asked = NARROWED.iter().fold(named, |asked, (name, says)| asked.query(name, says, &text()));
    asked.query("state", "In this state.", &states).query("by", "A row for each of what.", &by())
}

fn by() -> Value {
    one_of(By::ALL.map(By::as_str))
}

/// `GET /v1/counts/{name}`.
pub(in crate::faces::api) fn count() -> Operation {
    let says = "`count`, `before`, `rows`, and how far the figures are behind.";
    narrowed("How many, in a period and in the one before.").answers(200, says, &object())
}

/// `GET /v1/counts/{name}/handoffs`.
pub(in crate::faces::api) fn handoffs() -> Operation {
    narrowed("The handoffs that a count is of, newest first.").page().answers(
        200,
        "A page.",
        &object(),
    )
}

/// `GET /v1/feedback`.
pub(in crate::faces::api) fn feedback() -> Operation {
    Operation::read(
        "What readers say of claims of briefs, by what the claims say and whose words they tell; what is \
         complained of most stands first. `claim` is null for what is missing, and `source` for what the \
         engine decided.",
    )
    .answers(200, "The figures.", &object())
}
