mod purpose;
mod recalled;
mod rendered;

use std::collections::BTreeSet;

use Section::{Score, Who, WhyNow};
use domain::fact::{Fact, ScoreGroup};
use domain::{HandoffId, SignalId, Span, Value};

use super::*;
use crate::as_of::AsOf;
use crate::names::NoNames;
use crate::render::{self, EvidenceShown};
use crate::state::Folded;
use crate::test_account::AccountBuilder;
use crate::view;

fn write(account: &Folded, handoff: HandoffId) -> Brief<'_> {
    write_with(opened(account, handoff), &NoNames, Plan::default())
}

fn opened(account: &Folded, handoff: HandoffId) -> HandoffAsOf<'_> {
    let opened = account.known().handoff(handoff).expect("made").opened;
    HandoffAsOf::in_account(account.known(), handoff, opened).expect("it is there")
}

fn texts(brief: &Brief<'_>, section: Section) -> Vec<String> {
    brief.section(section).map(|claim| claim.text.clone()).collect()
}

// ---- stories ----------------------------------------------------------------------------------

/// Luis asks for a quote after Karin read the pricing pages.
/// A visitor fills in a form of the web site, for which nobody vouches; the CRM knows the industry.
fn claimed_story() -> (AccountBuilder, HandoffId) {
    let mut made = AccountBuilder::new();
    made.did("luis", Span::days(2), "contact.synced", &[("account.industry", "energy".into())]);
    let asked = made.claimed(
        "luis",
        Span::ZERO,
        "form.submitted",
        &[
            ("form", "Quote".into()),
            ("person.name", "Luis Vega".into()),
            ("person.title", "Chief Executive".into()),
            ("person.email", "luis@nordwind.example".into()),
            ("account.name", "Nordwind".into()),
            ("pain", "Technicians wait for spare parts".into()),
        ],
    );
    let handoff = made.handed_off("luis", asked, Vec::new());
    (made, handoff)
}

fn quote_story() -> (AccountBuilder, HandoffId, SignalId) {
    let mut made = AccountBuilder::new();
    let karin = made.did("karin", Span::minutes(36), "page.viewed", &[("path", "/pricing".into())]);
    made.did(
        "luis",
        Span::days(12),
        "webinar.attended",
        &[("person.title", "Engineer".into()), ("account.industry", "energy".into())],
    );
    let asked = made.did(
        "luis",
        Span::ZERO,
        "form.submitted",
        &[
            ("form", "Quote".into()),
            ("person.first_name", "Luis".into()),
            ("person.title", "Head of Field Operations".into()),
            ("person.email", "luis@nordwind.example".into()),
            ("account.employees", Value::Integer(2_000)),
            ("pain", "Technicians wait for spare parts".into()),
            ("consent.email", true.into()),
            ("message", "Call me at +49 40 123 456 78".into()),
        ],
    );
    let parts = vec![
        (ScoreGroup::Fit, 0, 2_000, vec![asked]),
        (ScoreGroup::Engagement, 0, 2_400, vec![asked, karin]),
    ];
    let handoff = made.handed_off("luis", asked, parts);
    (made, handoff, asked)
}

#[test]
fn a_brief_says_who_why_now_and_until_when() {
    let (made, handoff, _) = quote_story();
    let account = made.folded();
    let brief = write(&account, handoff);
    assert_eq!(
        texts(&brief, Section::WhyNow),
        [
            "Form submitted: “Quote”",
            "Others at the account were active in the seven days before",
            "Message: “Call me at +49 40 123 456 78”",
        ]
    );
    assert_eq!(
        texts(&brief, Section::Who),
        [
            "First name: “Luis”",
            "Title: “Head of Field Operations”",
            "Email: “luis@nordwind.example”",
            "Consent to email given",
        ]
    );
    assert_eq!(texts(&brief, Section::Account), ["Industry: “energy”", "Employees: 2000"]);
    assert_eq!(texts(&brief, Section::Pain), ["Pain: “Technicians wait for spare parts”"]);
    assert_eq!(
        texts(&brief, Section::Owner),
        ["Given to anna", "Route 4 matched", "Chosen in the pool dach"]
    );
    assert_eq!(texts(&brief, Section::Sla), ["Accept by 2026-11-20 15:12 UTC"]);
    assert_eq!(
        texts(&brief, Section::Timeline),
        [
            "2026-11-20 13:38 Form submitted: “Quote”",
            "2026-11-20 13:02 somebody else there: Page viewed: “/pricing”",
            "2026-11-08 13:38 Webinar attended",
        ]
    );
    let score = brief.section(Section::Score).next().expect("there is a score");
    assert_eq!(score.figure.as_deref(), Some("44.00: fit 20.00, engagement 24.00"));
    let unknown: Vec<_> = brief.unknown.iter().map(|unknown| unknown.text.as_ref()).collect();
    assert_eq!(
        unknown,
        [
            "What they want to come to: unknown, ask",
            "What they decide by: unknown, ask",
            "Until when: unknown, ask",
        ]
    );
}

#[test]
fn every_claim_rests_on_something() {
    let (made, handoff, _) = quote_story();
    let account = made.folded();
    let brief = write(&account, handoff);
    assert!(brief.claims.iter().all(|claim| !claim.evidence.is_empty()));
    let title = brief.section(Section::Who).nth(1).expect("the title");
    assert_eq!(title.evidence[0].touch.source_id, "m-2");
    assert_eq!(title.evidence[0].field.to_string(), "person.title");
}

#[test]
fn what_was_not_known_yet_is_not_said() {
    let (mut made, handoff, _) = quote_story();
    made.now = made.now + Span::hours(1);
    made.did("luis", Span::ZERO, "form.submitted", &[("goal", "later".into())]);
    let account = made.folded();
    assert!(texts(&write(&account, handoff), Section::Outcome).is_empty());
}

#[test]
fn an_older_value_comes_back_with_the_signal_gone() {
    let (made, handoff, asked) = quote_story();
    let account = made.without(asked);
    let brief = write(&account, handoff);
    assert_eq!(texts(&brief, Section::Who), ["Title: “Engineer”"]);
    assert_eq!(texts(&brief, Section::Sla), [""; 0], "the clock rests on the signal that began it");
}

#[test]
fn nothing_personal_is_left_for_a_reader_who_needs_none() {
    let (made, handoff, _) = quote_story();
    let account = made.folded();
    let brief = write(&account, handoff);
    let view = crate::view::brief(&brief, &crate::view::Reader::without_personal("auditor"));
    let all = format!("{view:?}");
    for personal in ["Luis", "nordwind.example", "+49", "m-2", "Technicians", "Head of"] {
        assert!(!all.contains(personal), "{personal} in {all}");
    }
    assert!(!texts(&brief, Section::Account).is_empty());
}

#[test]
fn the_erased_have_no_brief() {
    let (mut made, handoff, _) = quote_story();
    let erased = Fact::PersonErased {
        person: AccountBuilder::person("luis"),
        nodes: vec![AccountBuilder::node("luis")],
        entries: Vec::new(),
        by: domain::fact::By::Operator,
    };
    made.say_of("luis", erased);
    let account = made.folded();
    let brief = write(&account, handoff);
    assert!(
        brief
            .claims
            .iter()
            .all(|claim| claim.evidence.iter().all(|known| known.touch.source_id == "m-0"))
    );
    assert_eq!(brief.unknown[0].text, "The person was erased");
}

// ---- playbooks and readers ---------------------------------------------------------------------

#[test]
fn the_playbook_says_what_to_do_next_and_why_it_fits() {
    let (made, handoff, _) = quote_story();
    let (account, strategy) = (made.folded(), crate::test_account::strategy());
    let brief = super::write(opened(&account, handoff), &strategy, &strategy);
    let steps: Vec<_> =
        brief.steps.iter().map(|step| (step.text.as_ref(), step.when.as_deref())).collect();
    assert_eq!(
        steps,
        [("Call them for Anna Keller", None), ("Send the map", Some("within 1 working day")),]
    );
    assert_eq!(brief.steps[0].evidence, [made.signals[1]], "it fits by the industry");
    assert_eq!(brief.assets[0].name, "heat-map.pdf");
    let last = brief.unknown.last().expect("something is unknown");
    assert_eq!(last.text, "Phone: unknown, ask");
    let score: Vec<_> = texts(&brief, Section::Score);
    assert_eq!(score, ["Score", "Large", "Pages"]);
}

#[test]
fn each_role_sees_its_sections_in_the_order_of_the_strategy() {
    let (made, handoff, _) = quote_story();
    let (account, strategy) = (made.folded(), crate::test_account::strategy());
    let brief = super::write(opened(&account, handoff), &strategy, &strategy);
    let seen = |role: &str| {
        let reader = crate::view::Reader::of(&strategy.brief, role);
        let view = crate::view::brief(&brief, &reader);
        let mut sections: Vec<_> = view.claims.iter().map(|claim| claim.section).collect();
        sections.dedup();
        (sections, view.steps.len(), format!("{view:?}").contains("Luis"))
    };
    assert_eq!(seen("rep"), (vec![Who, WhyNow, Score], 2, true));
    assert_eq!(seen("marketer"), (vec![WhyNow, Score], 0, false));
    assert_eq!(seen("auditor"), (vec![Who, WhyNow, Score], 2, false));
}

// ---- with one signal less ---------------------------------------------------------------------

/// A small source of numbers from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

const WHO: &[&str] = &["luis", "karin", "mei", "ben"];
const KINDS: &[&str] =
    &["page.viewed", "form.submitted", "email.clicked", "note.added", "ad.clicked"];
const NAMES: &[&str] = &[
    "person.title",
    "person.first_name",
    "person.email",
    "person.role",
    "person.pain",
    "account.industry",
    "account.name",
    "account.employees",
    "account.timeline",
    "consent.email",
    "consent.phone",
    "path",
    "form",
    "message",
    "goal",
    "criteria",
    "campaign",
];

fn random(seed: u64) -> (AccountBuilder, HandoffId) {
    let mut dice = Dice(seed);
    let mut made = AccountBuilder::new();
    for _ in 0..3 + dice.below(30) {
        let fields: Vec<(&str, Value)> = (0..dice.below(4)).map(|_| field(&mut dice)).collect();
        let ago = Span::hours(1 + dice.below(24 * 20) as i64);
        let (who, kind) = (*dice.of(WHO), *dice.of(KINDS));
        if dice.below(3) == 0 {
            made.claimed(who, ago, kind, &fields);
        } else {
            made.did(who, ago, kind, &fields);
        }
    }
    let fields: Vec<(&str, Value)> = (0..3).map(|_| field(&mut dice)).collect();
    let asked = made.did("luis", Span::ZERO, "form.submitted", &fields);
    let signals = made.signals.clone();
    let parts = (0..dice.below(5) as u16)
        .map(|rule| {
            let group = *dice.of(&[ScoreGroup::Fit, ScoreGroup::Engagement]);
            let evidence: BTreeSet<SignalId> =
                (0..dice.below(4)).map(|_| *dice.of(&signals)).collect();
            (group, rule, dice.below(3_000) as i32 - 500, evidence.into_iter().collect())
        })
        .collect();
    let handoff = made.handed_off("luis", asked, parts);
    (made, handoff)
}

fn field(dice: &mut Dice) -> (&'static str, Value) {
    let name = *dice.of(NAMES);
    let value = match name {
        "account.employees" => Value::Integer(dice.below(5) as i64 * 100),
        consent if consent.starts_with("consent.") => Value::Boolean(dice.below(2) == 0),
        "account.industry" => (*dice.of(&["energy", "retail"])).into(),
        other => Value::Text(format!("{} {}", other.replace('.', " "), dice.below(4)).into()),
    };
    (name, value)
}

fn write_under<'a>(account: &'a Folded, handoff: HandoffId, strategy: &'a Strategy) -> Brief<'a> {
    super::write(opened(account, handoff), strategy, strategy)
}

type Cited = BTreeSet<SignalId>;

fn cites(claim: &Claim<'_>) -> Cited {
    claim.evidence.iter().map(|evidence| evidence.touch.signal).collect()
}

/// What is wrong with a brief that was written again without a signal, if anything is.
fn wrong(whole: &Brief<'_>, less: &Brief<'_>, gone: SignalId) -> Option<String> {
    if let Some(claim) = less.claims.iter().find(|claim| cites(claim).contains(&gone)) {
        return Some(format!("still cites it: {claim:?}"));
    }
    if whole.steps.iter().any(|step| !step.evidence.contains(&gone)) && whole.steps != less.steps {
        return Some(format!("other steps: {:?}", less.steps));
    }
    let mut explained = vec![false; less.claims.len()];
    for claim in &whole.claims {
        let mut left = cites(claim);
        let cited = left.remove(&gone);
        if left.is_empty() {
            continue;
        }
        let same = |other: &Claim<'_>| {
            other.section == claim.section
                && other.text == claim.text
                && cites(other) == left
                && (cited || other.figure == claim.figure)
        };
        match less.claims.iter().position(same) {
            Some(place) => explained[place] = true,
            None if claim.section == Section::Timeline => {
                return Some(format!("a row went: {claim:?}"));
            }
            None => return Some(format!("changed or went: {claim:?}")),
        }
    }
    let alone: Vec<&Claim<'_>> =
        whole.claims.iter().filter(|claim| cites(claim) == Cited::from([gone])).collect();
    for (claim, explained) in less.claims.iter().zip(&explained) {
        let replaces = alone.iter().any(|old| {
            old.section == claim.section && old.evidence[0].field == claim.evidence[0].field
        });
        if !explained && !replaces && claim.section != Section::Timeline {
            return Some(format!("came out of nowhere: {claim:?}"));
        }
    }
    None
}

/// Takes out each signal of a random context in turn. `spoil` may damage both briefs first.
fn first_wrong(seeds: std::ops::Range<u64>, spoil: fn(&mut Brief<'_>)) -> Option<String> {
    let strategy = crate::test_account::strategy();
    for seed in seeds {
        let (made, handoff) = random(seed);
        let whole_account = made.folded();
        let mut whole = write_under(&whole_account, handoff, &strategy);
        spoil(&mut whole);
        for gone in &made.signals {
            let account = made.without(*gone);
            let mut less = write_under(&account, handoff, &strategy);
            spoil(&mut less);
            if let Some(wrong) = wrong(&whole, &less, *gone) {
                return Some(format!("seed {seed}, without {gone}: {wrong}"));
            }
        }
    }
    None
}

#[test]
fn with_one_signal_less_only_what_rests_on_it_changes() {
    assert_eq!(first_wrong(0..150, |_| {}), None);
}

#[test]
fn a_count_in_a_text_is_found() {
    let counts = |brief: &mut Brief<'_>| {
        for claim in &mut brief.claims {
            if let Some(figure) = claim.figure.take() {
                claim.text = format!("{} ({figure})", claim.text);
            }
        }
    };
    assert!(first_wrong(0..150, counts).is_some());
}

#[test]
fn a_claim_without_evidence_of_its_own_is_found() {
    let borrowed = |brief: &mut Brief<'_>| {
        let first = brief.claims.first().map(|claim| claim.evidence.clone());
        if let (Some(evidence), Some(last)) = (first, brief.claims.last_mut()) {
            last.text = "They are in a hurry".into();
            last.evidence = evidence;
        }
    };
    assert!(first_wrong(0..150, borrowed).is_some());
}

// ---- words ------------------------------------------------------------------------------------

#[test]
fn text_from_outside_stays_one_harmless_line() {
    for (given, shown) in [
        ("plain", "plain"),
        ("  two\n\nlines\t here ", "two lines here"),
        (" one blank at either end ", "one blank at either end"),
        ("  two ", "two"),
        (" ", ""),
        ("Acme\u{202e}fdp.exe", "Acmefdp.exe"),
        ("zero\u{200b}width\u{e0041}", "zerowidth"),
        ("\u{1b}[31mred\u{7}", "[31mred"),
        ("", ""),
    ] {
        assert_eq!(words::plain(given, 60), shown);
    }
    assert_eq!(words::plain(&"ä".repeat(1_000_000), 5), "äääää…");
}

#[test]
fn a_quote_cannot_be_left() {
    let mut out = String::new();
    words::quote(&mut out, &Value::Text("he said ” and then".into()));
    assert_eq!(out, "“he said \" and then”");
}

#[test]
fn what_may_reach_somebody_is_told() {
    for (text, reaches) in [
        ("Head of Field Operations", false),
        ("a@b.example", true),
        ("+49 (40) 123-4567", true),
        ("room 12", false),
    ] {
        assert_eq!(words::may_reach_somebody(&text.into()), reaches, "{text}");
    }
}

#[test]
fn a_stamp_reads_the_same_in_every_year() {
    for (moment, shown) in [
        ("2026-11-20T13:38:02.911Z", "2026-11-20 13:38"),
        ("1970-01-01T00:00:00Z", "1970-01-01 00:00"),
        ("9999-12-30T21:59:59Z", "9999-12-30 21:59"),
    ] {
        assert_eq!(words::stamp(moment.parse().expect("a moment")), shown);
    }
}

/// What nobody vouches for is told as a claim in every form of a brief; what somebody wrote of themselves is
/// their own word.
#[test]
fn what_nobody_vouches_for_is_marked_in_every_form() {
    let (made, handoff) = claimed_story();
    let folded = made.handoff(handoff, AsOf::Latest);
    let brief = write_with(folded.get(), &NoNames, Plan::default());
    let view = view::brief(&brief, &view::Reader::with_personal("rep"));
    let text = render::text(&view, 200, EvidenceShown::Counted);
    for line in [
        // All of it is claimed, so it is said once.
        "Luis Vega, Chief Executive at Nordwind (claimed), ",
        "Luis Vega, Chief Executive (claimed)",
        "luis@nordwind.example (claimed)",
        // The CRM vouches for the industry alone.
        "Nordwind (claimed), energy",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(!text.contains("energy (claimed)"), "{text}");
    let markdown = render::markdown(&view, EvidenceShown::Counted);
    assert!(markdown.contains("(claimed)") || markdown.contains("\\(claimed\\)"), "{markdown}");
    assert!(render::html(&view).contains("(claimed)"));
    let json: serde_json::Value = serde_json::from_str(&render::json(&view)).expect("JSON");
    let claims = json["claims"].as_array().expect("claims");
    let claimed = |field: &str| {
        let of = |claim: &&serde_json::Value| claim["evidence"][0]["field"] == field;
        claims.iter().find(of).map(|claim| claim["claimed"] == true)
    };
    assert_eq!(claimed("person.title"), Some(true), "{json}");
    assert_eq!(claimed("account.name"), Some(true));
    assert_eq!(claimed("account.industry"), Some(false));
    assert_eq!(claimed("pain"), Some(false), "their own word");
}
