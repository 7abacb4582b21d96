//! Which field belongs to which section of a brief, and in which order they are read.

use super::section::Section;

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

/// Where a part of a signal stands among those that say what it was about, the best first.
pub(super) fn order_of_detail(name: &str) -> Option<usize> {
    Some(match name {
        "form" => 0,
        "title" => 1,
        "subject" => 2,
        "path" => 3,
        "page" => 4,
        "asset" => 5,
        "campaign" => 6,
        "event" => 7,
        "name" => 8,
        "url" => 9,
        "text" => 10,
        "note" => 11,
        _ => return None,
    })
}

fn order(known: &[&str], name: &str) -> usize {
    known.iter().position(|known| *known == name).unwrap_or(known.len())
}
