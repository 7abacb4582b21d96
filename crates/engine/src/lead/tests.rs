use domain::Span;
use domain::fact::ScoreGroup;
use rules::scene::Nothing;
use rules::{Files, Strategy, compile};

use super::*;
use crate::state::Folded;
use crate::test_account::{AccountBuilder, NOON};

/// A strategy whose readiness table asks whether this name is known, or what is told of it.
fn asking(name: &str) -> Result<Strategy, String> {
    let asks = format!("columns: {{ it: {name} }}\noutputs: [decision, kind, sla]\nrows:\n");
    let rows = "  - [ 'not(unknown)', nurture, \"-\", \"-\" ]\n  - [ \"-\", ask a person, \"-\", \"-\" ]\n";
    let files = [
        ("strategy.yaml", "strategy: names\n".to_owned()),
        ("readiness.yaml", asks + rows),
        (
            "routing.yaml",
            "routes:\n  - { route: all, to: { queue: rest } }\nqueues:\n  \
             rest: { owner: anna, within: 2h }\n"
                .to_owned(),
        ),
        (
            "team.csv",
            "id,name,region,skill.energy,senior\nanna,Anna Keller,dach,3,true\nbea,Bea,emea,1,false\n"
                .to_owned(),
        ),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let compiled = compile(&Files(files.into()));
    let told = format!("{:#?}", compiled.diagnostics.list());
    compiled.strategy.ok_or(told)
}

/// Somebody of whom everything is known, with a handoff that Anna has.
fn everything() -> (Folded, SignalId) {
    let (made, signal) = history();
    (made.folded(), signal)
}

fn history() -> (AccountBuilder, SignalId) {
    let mut made = AccountBuilder::new();
    // A colleague of theirs, whom somebody works.
    let before = made.did("mia", Span::HOUR, "form.submitted", &[]);
    made.handed_off("mia", before, Vec::new());
    let colleague = AccountBuilder::person("mia");
    let handoff = made.folded().known().open_handoff(colleague).expect("it is open").id;
    let (state, reasons) = (domain::handoff::State::Accepted, Vec::new());
    made.say(vec![domain::fact::Fact::HandoffMoved {
        handoff,
        state,
        reasons,
        by: None,
        returns: None,
        chain: None,
    }]);
    let signal = made.did(
        "luis",
        Span::ZERO,
        "form.submitted",
        &[
            ("campaign", "autumn".into()),
            ("kind", "trial".into()),
            ("person.email", "luis@nordwind.example".into()),
            ("person.title", "Head".into()),
            ("account.country", "DE".into()),
            ("consent.email", true.into()),
        ],
    );
    made.handed_off("luis", signal, vec![(ScoreGroup::Fit, 0, 2_000, vec![signal])]);
    (made, signal)
}

fn named(name: &str, account: &Folded, signal: SignalId) -> bool {
    let strategy = asking(name).unwrap_or_else(|told| panic!("`{name}` is refused: {told}"));
    let person = AccountBuilder::person("luis");
    let score = account.known().open_handoff(person).map(|handoff| (*handoff.score).clone());
    let lead = Lead::new(&strategy, account.known(), person, signal, score.as_ref(), NOON);
    strategy.readiness.decide(&strategy.frame(&lead)).row == Some(0)
}

#[test]
fn found_a1_a_lead_that_has_everything_answers_for_every_name() {
    let (account, signal) = everything();
    let mut names: Vec<String> = Name::built_in().iter().map(ToString::to_string).collect();
    names.extend(
        [
            "person.title",
            "account.country",
            "lead.campaign",
            "lead.field.campaign",
            "lead.field.kind",
            "consent.email",
            "owner.name",
            "owner.region",
            "owner.senior",
            "owner.skill(\"energy\")",
            "last(\"form.submitted\").source",
            "last(\"form.submitted\").kind",
            "last(\"form.submitted\").field.kind",
            "last(\"form.submitted\").moment",
            "last(\"form.submitted\").campaign",
        ]
        .map(str::to_owned),
    );
    for name in names {
        assert!(named(&name, &account, signal), "`{name}` is accepted and never known");
    }
}

#[test]
fn found_a1_a_signal_in_a_filter_has_a_source() {
    let (account, signal) = everything();
    for (filter, holds) in [
        ("signal.source == \"web\"", true),
        ("signal.source == \"crm\"", false),
        ("signal.kind == \"form.submitted\"", true),
        ("signal.field.kind == \"trial\"", true),
        ("signal.field.kind == \"form.submitted\"", false),
    ] {
        let seen = format!("'seen(\"form.submitted\", {filter}) ? true : last(\"x\").y'");
        assert_eq!(named(&seen, &account, signal), holds, "{filter}");
    }
}

#[test]
fn found_a1_a_built_in_name_wins_over_a_field_of_that_name() {
    let (account, signal) = everything();
    let person = AccountBuilder::person("luis");
    let strategy = asking("person.title").expect("it compiles");
    let lead = Lead::new(&strategy, account.known(), person, signal, None, NOON);
    let text = |own: Own| lead.known(&Name::Lead(own)).value.map(Cow::into_owned);
    assert_eq!(text(Own::Kind), Some("form.submitted".into()));
    assert_eq!(text(Own::Field("kind".into())), Some("trial".into()));
    assert_eq!(text(Own::Source), Some("web".into()));
    assert_eq!(text(Own::Field("source".into())), None);
}

#[test]
fn found_a1_an_owner_who_is_no_member_has_an_id_alone() {
    let (mut made, signal) = history();
    let strategy = asking("owner.region").expect("it compiles");
    let person = AccountBuilder::person("luis");
    let handoff =
        made.folded().known().open_handoff(person).map(|handoff| handoff.id).expect("it is open");
    for (owner, id) in [
        (Owner::Queue(domain::handoff::QueueName("rest".into())), "rest"),
        (Owner::Engine, "engine"),
        (Owner::Person(domain::handoff::MemberId("gone".into())), "gone"),
    ] {
        let routing = domain::fact::Routing::default();
        let assigned =
            domain::fact::Fact::OwnerAssigned { handoff, owner, routing: routing.into(), by: None };
        made.say(vec![assigned]);
        let account = made.folded();
        let lead = Lead::new(&strategy, account.known(), person, signal, None, NOON);
        let of = |name: OwnerName| lead.known(&Name::Owner(name)).value.map(Cow::into_owned);
        assert_eq!(of(OwnerName::Id), Some(id.into()));
        assert_eq!(of(OwnerName::Column("region".into())), None);
    }
}

#[test]
fn found_a1_what_can_never_be_known_is_refused() {
    for name in ["handoff.mood", "owner.mood", "score.mood", "member.region", "signal.path"] {
        let told = asking(name).expect_err("it is refused");
        assert!(told.contains("name-unknown"), "{name}: {told}");
    }
    let nothing = Nothing(NOON);
    let none = Name::built_in().iter().all(|name| nothing.known(name).value.is_none());
    assert!(none, "of nothing nothing is known");
}
