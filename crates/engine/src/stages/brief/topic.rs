//! Which field belongs to which section of a brief, and in which order they are read.

use super::claim::Section;

/// What is told of a person, in this order; the rest follows by name.
const PERSON: &[&str] = &[
    "name",
    "first_name",
    "last_name",
    "title",
    "role",
    "department",
    "seniority",
    "email",
    "phone",
    "country",
    "language",
];
/// What is told of an account, in this order; the rest follows by name.
const ACCOUNT: &[&str] =
    &["name", "domain", "industry", "employees", "revenue", "country", "region", "city", "stage"];
/// What is told of others at the account.
const OTHERS: &[&str] = &["name", "first_name", "last_name", "title", "role", "department"];
/// What a person is in their work: it names nobody.
const WORK: &[&str] =
    &["role", "department", "seniority", "persona", "segment", "country", "language"];
/// The parts of a signal that say best what it was about, the best first.
const DETAILS: &[&str] = &[
    "form", "title", "subject", "path", "page", "asset", "campaign", "event", "name", "url",
    "text", "note",
];

/// The section that a field's name belongs to, whoever says it.
pub(super) fn of_field(name: &str) -> Option<Section> {
    Some(match name {
        "pain" | "pains" | "pain_point" | "pain_points" | "problem" | "challenge"
        | "challenges" => Section::Pain,
        "outcome" | "outcomes" | "outcome_sought" | "desired_outcome" | "goal" | "goals"
        | "objective" | "objectives" => Section::Outcome,
        "criteria" | "decision_criteria" | "requirement" | "requirements" | "must_have"
        | "must_haves" => Section::Criteria,
        "timing" | "timeline" | "timeframe" | "time_frame" | "purchase_timeframe" | "deadline"
        | "budget_closes" | "start_date" | "go_live" | "decision_date" | "purchase_date" => {
            Section::Timing
        }
        _ => return None,
    })
}

/// The section that a signal's own field belongs to.
pub(super) fn of_signal(name: &str) -> Option<Section> {
    match name {
        "message" | "comment" | "comments" | "question" | "request" => Some(Section::WhyNow),
        other => of_field(other),
    }
}

/// Whether a person's field is told of others at the account.
pub(super) fn tells_of_others(name: &str) -> bool {
    OTHERS.contains(&name)
}

/// Whether a person's field says what they are in their work, and names nobody.
pub(super) fn is_work(name: &str) -> bool {
    WORK.contains(&name)
}

/// Where a person's field stands among the others.
pub(super) fn order_of_person(name: &str) -> usize {
    order(PERSON, name)
}

/// Where an account's field stands among the others.
pub(super) fn order_of_account(name: &str) -> usize {
    order(ACCOUNT, name)
}

/// The parts of a signal that say best what it was about, the best first.
pub(super) const fn details() -> &'static [&'static str] {
    DETAILS
}

fn order(known: &[&str], name: &str) -> usize {
    known.iter().position(|known| *known == name).unwrap_or(known.len())
}
