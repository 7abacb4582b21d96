//! A lead without a handoff says what held it back, and what was missing for one.

use crank::StrategyCache;
use domain::handoff::Action;
use domain::signal::IdentifierKind::Email;
use domain::{AccountId, Span, Value};
use engine::as_of::Wanted;
use engine::explain::{no_handoff_text, no_handoffs};
use engine::names::Strategies;
use engine::view::Reader;
use serde_json::Value as Json;
use store::Read;

use crate::office::Office;

const READINESS: &str = r#"
columns: { total: score.total, consent: consent.email, industry: account.industry }
outputs: [decision, kind, sla]
rows:
  - [ "-",     false,   "-",      suppress,     "-",                "-" ]
  - [ ">= 50", true,    energy,   hand off,     marketing-to-sales, hot ]
  - [ ">= 20", "-",     energy,   hand off,     marketing-to-sales, hot ]
  - [ "-",     "-",     "-",      nurture,      "-",                "-" ]
"#;

fn office() -> Office {
    Office::with(crate::office::ROUTING, &[("readiness.yaml", READINESS)])
}

fn account(office: &Office, domain: &str) -> AccountId {
    let key = crank::domain_key(domain).expect("a domain");
    office.crank.store().account_of(&key).expect("memory").expect("an account")
}

/// The explanation as JSON and as text.
fn told(office: &Office, domain: &str, wanted: Wanted) -> (Json, String) {
    let id = account(office, domain);
    let known = crank::account_decisions(office.crank.store(), id, None, wanted).expect("memory");
    let mut cache = StrategyCache::default();
    let kept = known.strategies().map(|version| cache.readable(office.crank.store(), version));
    let strategies: Strategies = kept.filter_map(|kept| kept.expect("memory")).collect();
    let reader = Reader::without_personal("");
    let told = no_handoffs(&known, &strategies, &reader);
    (serde_json::to_value(&told).expect("JSON"), no_handoff_text(&told))
}

#[test]
fn a_nurtured_lead_says_which_rows_lacked_what_and_its_score() {
    let mut office = office();
    office.does("page.viewed", &[(Email, "ada@acme.com")]);
    let (json, text) = told(&office, "acme.com", Wanted::Everybody);
    let ada = &json["people"][0];
    assert_eq!(ada["action"], "nurture");
    assert!(ada["handoff"].is_null(), "{json}");
    assert_eq!(ada["score"]["total"], 8.0, "{json}");
    assert_eq!(ada["score"]["contributions"][0]["name"], "Pages");
    let near = ada["near"].as_array().expect("rows");
    assert_eq!(near.len(), 2, "the row that suppresses would make no handoff: {json}");
    assert_eq!(near[0]["row"], 3, "what lacked least stands first");
    assert_eq!(near[0]["lacked"][0]["column"], "total");
    assert_eq!(near[0]["lacked"][0]["unknown"], false);
    assert_eq!(near[0]["lacked"][1]["looked_at"][0], "industry unknown");
    assert_eq!(near[1]["lacked"].as_array().expect("cells").len(), 3);
    for says in [
        "has no handoff: nurtured at ",
        "because   readiness row matched: ",
        "missing   row 3 would have handed off: ",
        "total does not fit: score total = 8",
        "industry is unknown: industry unknown",
        "score     8.00: fit 0.00, engagement 8.00",
        "+8.00 Pages",
    ] {
        assert!(text.contains(says), "{says:?} in {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_suppressed_lead_says_that_it_withdrew_its_consent() {
    let mut office = office();
    let no = [("consent.email", Value::Boolean(false))];
    let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &no);
    office.send(signal);
    let (json, text) = told(&office, "acme.com", Wanted::Everybody);
    assert_eq!(json["people"][0]["action"], Action::Suppress.as_str());
    assert!(json["people"][0]["near"].as_array().expect("rows").is_empty(), "{json}");
    assert!(text.contains("suppressed at ") && text.contains("consent"), "{text}");
}

#[test]
fn each_person_has_the_decision_that_was_made_last_and_a_signal_its_own() {
    let mut office = office();
    let first = office.does("page.viewed", &[(Email, "ada@acme.com")]).signal;
    office.later(Span::HOUR);
    let industry = [("account.industry", Value::from("energy"))];
    let signal = office.signal("form.submitted", &[(Email, "bo@acme.com")], &industry);
    office.send(signal);
    for _ in 0..3 {
        office.later(Span::HOUR).does("page.viewed", &[(Email, "ada@acme.com")]);
    }
    let (json, text) = told(&office, "acme.com", Wanted::Everybody);
    let people = json["people"].as_array().expect("people");
    assert_eq!(people.len(), 2);
    assert!(!people[0]["handoff"].is_null(), "three pages and an energy company: {json}");
    assert_eq!(people[1]["near"][0]["lacked"][0]["column"], "total", "{json}");
    assert!(text.contains("has the handoff h-") && text.contains("baton why h-"), "{text}");
    // What was decided at a signal stays what it was, with what was known then.
    let (json, _) = told(&office, "acme.com", Wanted::Signal(first));
    let decided = &json["people"][0];
    assert_eq!(json["people"].as_array().expect("people").len(), 1);
    assert_eq!(decided["signal"], first.to_string());
    assert_eq!((&decided["score"]["total"], &decided["action"]), (&8.0.into(), &"nurture".into()));
    assert_eq!(decided["near"][0]["lacked"][1]["looked_at"][0], "industry unknown");
}

#[test]
fn no_text_from_outside_is_told_that_may_name_somebody() {
    let mut office = office();
    let named = [("account.industry", Value::from("ada@acme.com"))];
    let signal = office.signal("page.viewed", &[(Email, "ada@acme.com")], &named);
    office.send(signal);
    let (json, text) = told(&office, "acme.com", Wanted::Everybody);
    assert!(!json.to_string().contains("ada@") && !text.contains("ada@"), "{json}");
}
