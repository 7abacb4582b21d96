//! What the renderer makes of claims is held byte for byte, under its version.
//!
//! Bodies are made again to be compared with what was sent, so that other bytes need another version.
//! `BLESS=1` writes the file of a version that has none; it rewrites none.

use std::fs;
use std::path::PathBuf;

use domain::fact::{Addressee, Notice};
use domain::handoff::MemberId;
use domain::{DeliveryId, SignalId};
use rules::Strategy;
use rules::destinations::{Part, Step};

use super::{claimed_story, quote_story, random};
use crate::as_of::AsOf;
use crate::stages::brief;
use crate::test_account::{self, AccountBuilder};
use crate::view::{RENDERER, delivery_body};

fn golden(version: u16) -> PathBuf {
    let name = format!("golden/body-{version}.json");
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn body(made: &AccountBuilder, handoff: domain::HandoffId) -> Vec<u8> {
    let (folded, strategy) = (made.handoff(handoff, AsOf::Latest), test_account::strategy());
    let draft = brief::draft(folded.get(), &strategy);
    let delivery = DeliveryId::caused_by(&[handoff.bytes()]);
    let crm = test_account::step("tell the CRM", vec![Part::Handoff, Part::Brief]);
    let mut body = delivery_body(folded.get(), &strategy, delivery, (&crm, None), Some(&draft));
    let told = folded.get().handoff().owner.id().to_owned();
    let told = Some(Addressee::Member(MemberId(told.as_str().into())));
    let notice = Notice { occasion: None, target: None, told, must: None };
    let text = "steps: [{ step: hello, to: mail, when: offered, tell: owner, send: [brief] }]";
    let hello = test_account::strategy_with(Some(("destinations.yaml", text))).destinations;
    let step = hello.steps.into_iter().next().expect("a step");
    let told = (&step, Some(&notice));
    body.push(b'\n');
    body.extend(delivery_body(folded.get(), &strategy, delivery, told, Some(&draft)));
    let (beside, archive) = beside_a_message();
    body.push(b'\n');
    body.extend(delivery_body(folded.get(), &beside, delivery, (&archive, None), Some(&draft)));
    body
}

/// A step for a system that goes where another step tells somebody.
fn beside_a_message() -> (Strategy, Step) {
    let text = "steps:\n  - { step: hello, to: mail, when: offered, tell: owner, send: [brief] }\n  \
                - { step: archive, to: mail, when: offered, send: [handoff, brief] }\n";
    let strategy = test_account::strategy_with(Some(("destinations.yaml", text)));
    let archive = strategy.destinations.steps.last().cloned().expect("a step");
    (strategy, archive)
}

/// A body as it is, one with claims, and a digest of many.
fn rendered() -> String {
    let (made, handoff, _) = quote_story();
    let shown = String::from_utf8(body(&made, handoff)).expect("JSON");
    let (made, handoff) = claimed_story();
    let claimed = String::from_utf8(body(&made, handoff)).expect("JSON");
    let many = (0..60).flat_map(|seed| {
        let (made, handoff) = random(seed);
        body(&made, handoff)
    });
    let many: Vec<u8> = many.collect();
    format!("{shown}\n{claimed}\n{}\n", SignalId::caused_by(&[&many]))
}

#[test]
fn a_body_in_other_bytes_has_a_renderer_of_a_higher_version() {
    let (path, rendered) = (golden(RENDERER), rendered());
    if std::env::var_os("BLESS").is_some() && !path.exists() {
        fs::write(&path, &rendered).expect("it is written");
    }
    let golden = fs::read_to_string(&path).expect("each version has its file: run with BLESS=1");
    assert_eq!(
        rendered, golden,
        "bodies come out in other bytes: raise RENDERER in view/delivery.rs, then run with BLESS=1"
    );
}

#[test]
fn found_g9_a_body_for_people_has_the_letter_and_one_for_a_system_has_not() {
    let (made, handoff, _) = quote_story();
    let both = String::from_utf8(body(&made, handoff)).expect("JSON");
    let bodies: Vec<serde_json::Value> =
        both.lines().map(|body| serde_json::from_str(body).expect("JSON")).collect();
    let [crm, people, beside] = &bodies[..] else { panic!("three bodies") };
    // Whoever else is told there: what a step without `tell` sends with the handoff is a system's.
    for system in [crm, beside] {
        assert!(system["sends"]["letter"].is_null() && system["sends"]["brief"].is_object());
    }
    let letter = &people["sends"]["letter"];
    let folded = made.handoff(handoff, AsOf::Latest);
    let strategy = test_account::strategy();
    let brief = brief::draft(folded.get(), &strategy);
    let brief = brief::sent(&brief, folded.get(), &strategy);
    let view = crate::view::brief(&brief, &crate::view::Reader::of(&strategy.brief, "rep"));
    let read: serde_json::Value = serde_json::from_str(&crate::render::json(&view)).expect("JSON");
    let texts = |told: &serde_json::Value| -> Vec<String> {
        let lines = told.as_array().expect("lines").iter();
        lines.map(|line| line["text"].as_str().expect("a text").to_owned()).collect()
    };
    assert_eq!(texts(&letter["headline"]), texts(&read["headline"]), "one letter for all readers");
    let who = letter["parts"].as_array().expect("parts").iter().find(|part| part["title"] == "Who");
    assert!(who.is_some_and(|part| !texts(&part["lines"]).is_empty()), "{letter}");
    assert!(letter["about"].as_str().is_some_and(|about| !about.is_empty()));
}

#[test]
fn each_version_of_the_renderer_has_bytes_of_its_own() {
    let files: Vec<String> = (1..=RENDERER)
        .map(|version| fs::read_to_string(golden(version)).expect("a version's file stays"))
        .collect();
    for (at, file) in files.iter().enumerate() {
        assert!(!files[at + 1..].contains(file), "version {} changed nothing", at + 1);
    }
    assert!(!golden(RENDERER + 1).exists(), "a file of a version that there is not");
}
