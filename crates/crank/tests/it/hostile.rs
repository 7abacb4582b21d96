//! BAD_INPUT.md, Identity and Policies, each under its id, as far as the loop can show it.

use domain::fact::{By, Mode};
use domain::handoff::{Action, MemberId, Owner, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId, Phone};
use domain::signal::{Identifier, IdentifierKind};
use domain::{HandoffId, Moment, PersonId, Span, Value};
use engine::event::Deed;
use store::Read;

use crate::office::{Office, ROUTING};

fn same(office: &Office, one: (IdentifierKind, &str), other: (IdentifierKind, &str)) -> bool {
    office.person_of(&[one]) == office.person_of(&[other])
}

#[test]
fn i1_an_imitated_domain_merges_with_nobody() {
    let mut office = Office::open();
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")]);
    let taken = office.does("form.submitted", &[(Email, "ada@\u{0430}cme.com")]);
    let handoff = office.handoff(taken.handoff.expect("a lead all the same"));
    assert_ne!(handoff.person, office.person_of(&[(ExternalId, "u1")]));
    let row = office.crank.store().handoff(handoff.id).expect("memory").expect("a row");
    assert!(
        office.account(row.account).known().field("domain").is_none(),
        "it speaks for no company"
    );
}

#[test]
fn i2_case_and_quotes_fold_and_tags_do_not() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Email, "Ada.L@ACME.com")]);
    office.does("page.viewed", &[(Email, "\"ada.l\"@acme.com")]);
    office.does("page.viewed", &[(Email, "ada.l+news@acme.com")]);
    let ada = (Email, "ada.l@acme.com");
    assert!(same(&office, ada, (Email, "\"ada.l\"@acme.com")));
    assert!(!same(&office, ada, (Email, "ada.l+news@acme.com")));
    let long = format!("{}@{}.com", "a".repeat(64), "b".repeat(300));
    let taken = office.does("page.viewed", &[(Email, &long)]);
    assert_eq!(taken.action, Some(Action::Nurture), "an address that is none names nobody");
}

#[test]
fn i3_a_shared_mailbox_or_device_chains_nobody() {
    let mut office = Office::open();
    for user in ["u1", "u2"] {
        office.does("page.viewed", &[(ExternalId, user), (Email, "info@acme.com")]);
        office.does("page.viewed", &[(ExternalId, user), (Cookie, "tablet")]);
        office.does("page.viewed", &[(ExternalId, user), (Phone, "+4930901820")]);
    }
    assert!(!same(&office, (ExternalId, "u1"), (ExternalId, "u2")));
}

#[test]
fn i4_what_cannot_be_seen_is_not_kept() {
    let mut office = Office::open();
    let name = Value::from("A\u{202e}da\u{200b} \u{e0041}L");
    let subject = [(Email, "ada@acme.com")];
    let signal = office.signal("page.viewed", &subject, &[("person.name", name)]);
    office.send(signal);
    let person = office.person_of(&subject);
    let node = office.crank.store().cluster(person).expect("memory")[0];
    let account = office.account(node.pointer.expect("resolved").account);
    assert_eq!(
        account.known().person_field(person, "name").expect("kept").value,
        Value::from("Ada L")
    );
}

#[test]
fn i5_composed_and_decomposed_are_one() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Email, "ren\u{e9}@acme.com")]);
    office.does("page.viewed", &[(Email, "rene\u{301}@acme.com")]);
    assert!(same(&office, (Email, "ren\u{e9}@acme.com"), (Email, "rene\u{301}@acme.com")));
}

#[test]
fn i6_a_hub_stays_bounded_and_loops_end() {
    let mut office = Office::open();
    let max = engine::stages::resolve::CLUSTER_MAX;
    for device in 0..max + 20 {
        let cookie = format!("c{device}");
        office.does("page.viewed", &[(Cookie, &cookie)]);
        office.does("page.viewed", &[(ExternalId, "kiosk"), (Cookie, &cookie)]);
    }
    let kiosk = office.person_of(&[(ExternalId, "kiosk")]);
    let cluster = office.crank.store().cluster(kiosk).expect("memory").len();
    assert!(cluster <= max, "{cluster} nodes are one person");
    // Three that name each other in a circle are one, and stay one.
    let ring = ["a@x1.com", "b@x1.com", "c@x1.com"];
    for _ in 0..2 {
        for at in 0..3 {
            office.does("page.viewed", &[(Email, ring[at]), (Email, ring[(at + 1) % 3])]);
        }
    }
    let people: Vec<PersonId> = ring.map(|who| office.person_of(&[(Email, who)])).into();
    assert!(people.iter().all(|one| *one == people[0]));
}

/// One login on a thousand devices, ten thousand touches: what one more touch costs is bounded by
/// what is kept, so that is what is counted.
#[test]
fn i6_a_hub_of_a_thousand_devices_and_ten_thousand_touches_is_capped() {
    const DEVICES: usize = 1_000;
    const TOUCHES: usize = 10_000;
    let max = engine::stages::resolve::CLUSTER_MAX;
    let mut office = Office::open();
    let mut widest = 0;
    for touch in 0..TOUCHES {
        let cookie = format!("c{}", touch % DEVICES);
        let taken = office.does("page.viewed", &[(ExternalId, "kiosk"), (Cookie, &cookie)]);
        assert!(taken.action.is_some(), "touch {touch} is decided for");
        if touch % 500 == 499 {
            let kiosk = office.person_of(&[(ExternalId, "kiosk")]);
            widest = widest.max(office.crank.store().cluster(kiosk).expect("memory").len());
        }
    }
    assert!(widest <= max, "{widest} nodes are one person");
    assert!(widest > 0, "somebody is the hub");
    // Whoever comes to the hub later is somebody still, and others are not drawn in.
    office.does("page.viewed", &[(ExternalId, "ada"), (Cookie, "c7")]);
    assert!(!same(&office, (ExternalId, "ada"), (ExternalId, "kiosk")));
}

#[test]
fn i6_identifiers_of_one_signal_are_bounded() {
    let mut office = Office::open();
    let mut signal = office.signal("page.viewed", &[(ExternalId, "u1")], &[]);
    signal.content.subject.extend((0..10_000).map(|n| Identifier {
        kind: Cookie,
        value: format!("c{n}").into(),
        verified: true,
    }));
    assert!(office.send(signal).action.is_some());
}

#[test]
fn i7_what_a_stranger_claims_of_a_company_never_beats_what_is_known_of_it() {
    let mut office = Office::open();
    let known = [("account.employees", Value::Integer(40))];
    let signal =
        office.signal("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")], &known);
    office.send(signal);
    let claimed = [("account.employees", Value::Integer(90_000))];
    let mut forged =
        office.later(Span::MINUTE).signal("page.viewed", &[(Email, "eve@acme.com")], &claimed);
    forged.content.subject[0].verified = false;
    office.send(forged);
    let taken = office.does("form.submitted", &[(Email, "bea@acme.com")]);
    let row = taken.handoff.and_then(|id| office.crank.store().handoff(id).expect("memory"));
    let account = office.account(row.expect("a handoff").account);
    assert_eq!(account.known().members.len(), 3, "they are all at Acme");
    assert_eq!(account.known().field("employees").expect("known").value, Value::Integer(40));
}

const NO_ROW: &str = "table: readiness\nhit: first\ncolumns: { total: score.total }\n\
    outputs: [decision, kind, sla]\nrows:\n  - [ \">= 1000000\", nurture, \"-\", \"-\" ]\n";

#[test]
fn p1_where_no_row_matches_a_person_decides_and_nothing_leaves() {
    let mut gap = crate::office::files(ROUTING);
    gap.0.insert("readiness.yaml".to_owned(), NO_ROW.as_bytes().to_vec());
    assert!(rules::compile(&gap).strategy.is_none(), "a table with a gap is refused");
    let asks = NO_ROW.replace(">= 1000000", "-").replace("nurture", "ask a person");
    let mut office = Office::with(ROUTING, &[("readiness.yaml", &asks)]);
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!(taken.action, Some(Action::AskAPerson));
    check_question(&office, taken.handoff.expect("a question"), Code::RowMatched);
    let again = office.does("page.viewed", &[(Email, "ada@acme.com")]);
    assert_eq!(again.handoff, taken.handoff, "it is asked once");
}

/// A question has an owner, a deadline, an alarm and a named reason, and nothing leaves.
fn check_question(office: &Office, id: HandoffId, why: Code) {
    let handoff = office.handoff(id);
    assert_eq!(handoff.state, State::InReview);
    assert!(matches!(&handoff.owner, Owner::Queue(queue) if queue.0 == "unassigned"));
    assert_eq!(handoff.reasons.last().map(|reason| reason.code), Some(why));
    assert_eq!(handoff.routing.reasons[0].code, why, "why the queue has it");
    let row = office.crank.store().handoff(id).expect("memory").expect("in the list");
    assert!(row.accept_by.is_some_and(|by| by > office.now), "a deadline");
    let timers = office.crank.store().timers_due(Moment(i64::MAX), 100).expect("memory");
    assert!(timers.iter().any(|timer| Some(timer.due) == row.accept_by), "and an alarm");
    assert_eq!(office.crank.store().outbox_count().expect("memory"), 0, "nothing leaves");
}

#[test]
fn p1_what_is_forbidden_is_a_question_that_somebody_owns() {
    let strategy = "strategy: office\nseed: 7\nautonomy: { assign: forbidden }\n";
    let mut office = Office::with(ROUTING, &[("strategy.yaml", strategy)]);
    let taken = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!(taken.action, Some(Action::AskAPerson));
    let id = taken.handoff.expect("a question");
    check_question(&office, id, Code::AutonomyForbidden);
    let bob = Some(MemberId("bob".into()));
    let accepted = office.act(id, Deed::Accept { note: None, member: bob, by: None });
    assert_eq!(accepted.owner, Owner::Person(MemberId("bob".into())), "who takes it has it");
}

const UNSURE: &str = "table: readiness\nhit: first\n\
    columns: { asked: 'seen(\"form.submitted\", \"1d\")', unsure: 'seen(\"chat.opened\", \"1d\")' }\n\
    outputs: [decision, kind, sla]\nrows:\n  - [ true, \"-\", hand off, marketing-to-sales, hot ]\n\
    \x20 - [ \"-\", true, ask a person, \"-\", \"-\" ]\n  - [ \"-\", \"-\", nurture, \"-\", \"-\" ]\n";

#[test]
fn a_question_that_the_buyer_answers_themselves_is_withdrawn_for_a_handoff() {
    let mut office = Office::with(ROUTING, &[("readiness.yaml", UNSURE)]);
    let ada = [(Email, "ada@acme.com")];
    let asked = office.does("chat.opened", &ada).handoff.expect("a question");
    assert_eq!(office.does("page.viewed", &ada).handoff, Some(asked));
    let handed = office.does("form.submitted", &ada);
    assert_eq!(handed.action, Some(Action::HandOff));
    assert_ne!(handed.handoff, Some(asked));
    assert_eq!(office.handoff(asked).state, State::Withdrawn);
    assert_eq!(office.handoff(handed.handoff.expect("one")).state, State::Offered);
}

#[test]
fn a_question_that_was_answered_for_good_is_not_asked_again() {
    let mut office = Office::with(ROUTING, &[("readiness.yaml", UNSURE)]);
    let ada = [(Email, "ada@acme.com")];
    let asked = office.does("chat.opened", &ada).handoff.expect("a question");
    let no = Deed::Outcome {
        outcome: State::Disqualified,
        occurred: None,
        returns: None,
        note: None,
        by: None,
    };
    office.act(asked, no);
    let again = office.does("chat.opened", &ada);
    assert_eq!((again.action, again.handoff), (Some(Action::AskAPerson), Some(asked)));
    assert!(office.does("form.submitted", &ada).handoff.is_some_and(|new| new != asked));
}

#[test]
fn p1_a_review_waits_in_a_queue_that_somebody_owns() {
    let strategy = "strategy: office\nseed: 7\nautonomy: { assign: review }\n";
    let mut office = Office::with(ROUTING, &[("strategy.yaml", strategy)]);
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    let handoff = office.handoff(id);
    assert_eq!(handoff.state, State::InReview);
    assert!(matches!(&handoff.owner, Owner::Queue(queue) if queue.0 == "unassigned"));
    assert!(handoff.accept_by().is_some(), "and there is a deadline");
    assert_eq!(
        office.crank.store().outbox_count().expect("memory"),
        0,
        "nothing leaves unapproved"
    );
}

#[test]
fn p2_of_two_rows_that_hold_the_first_decides() {
    let mut office = Office::open();
    let fields = [("consent.email", Value::Boolean(false))];
    let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &fields);
    assert_eq!(office.send(signal).action, Some(Action::Suppress));
}

#[test]
fn p3_what_cannot_be_computed_is_unknown_and_never_a_panic() {
    let mut office = Office::open();
    for odd in [
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::from("many"),
        Value::List(vec![]),
        Value::Boolean(true),
    ] {
        let fields = [("account.employees", odd)];
        let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &fields);
        let taken = office.send(signal);
        assert!(!taken.reasons.contains(&Code::PoisonFact), "{taken:?}");
    }
}

#[test]
fn p5_what_does_not_compile_is_never_in_force() {
    let mut broken = crate::office::files(ROUTING);
    broken.0.insert("readiness.yaml".to_owned(), b"rows: 7".to_vec());
    assert!(rules::compile(&broken).strategy.is_none());
    let mut office = Office::open();
    let before = office.crank.strategies().in_force().map(|known| known.version);
    let lenient = crate::office::files(&ROUTING.replace("open: 50", "open: 5"));
    let strategy = rules::compile(&lenient).strategy.expect("compiles");
    office.crank.begin().expect("a group");
    let applied = std::sync::Arc::new(strategy);
    office.crank.apply(&lenient, applied, Mode::Live, &By::Operator, office.now).expect("memory");
    office.crank.roll_back();
    let after = office.crank.strategies().in_force().map(|known| known.version);
    assert_eq!(after, before, "what was rolled back is not in force");
}

#[test]
fn p10_an_owner_on_leave_or_with_a_pause_falls_back() {
    let routing = ROUTING.replace(
        "  - { route: everybody",
        "  - { route: owned, to: { person: account.owner } }\n  - { route: everybody",
    );
    let team =
        "id,name,region,calendar,joined,left\nann,Ann,dach,berlin,,\nbob,Bob,emea,berlin,,\n";
    let leave = "id,from,until,reason\nbob,2026-11-20,2026-12-30,parental\n";
    let owner_of = |office: &mut Office| {
        let fields = [("account.owner", Value::from("bob"))];
        let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &fields);
        let id = office.send(signal).handoff.expect("a handoff");
        office.handoff(id).owner.id().to_owned()
    };
    let there = owner_of(&mut Office::with(&routing, &[("team.csv", team)]));
    let mut paused = Office::with(&routing, &[("team.csv", team)]);
    paused.pause("bob", None);
    let mut on_leave = Office::with(&routing, &[("team.csv", team), ("leave.csv", leave)]);
    let found = (there.as_str(), owner_of(&mut paused), owner_of(&mut on_leave));
    assert_eq!(found, ("bob", "ann".to_owned(), "ann".to_owned()));
}

#[test]
fn d1_a_contract_that_changes_under_its_version_is_not_put_in_force() {
    let contract = |required: bool| {
        format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: lead\nversion: 1.0.0\nstatus: active\n\
             schema:\n  - name: lead\n    properties:\n      - {{ name: path, required: {required} }}\n"
        )
    };
    let mut office = Office::open();
    let mut put = |required| {
        let mut files = crate::office::files(ROUTING);
        files.0.insert("contracts/lead.yaml".to_owned(), contract(required).into_bytes());
        let strategy = std::sync::Arc::new(rules::compile(&files).strategy.expect("compiles"));
        office.crank.begin().expect("a group");
        let applied = office.crank.apply(&files, strategy, Mode::Live, &By::Operator, office.now);
        if applied.is_ok() {
            office.crank.commit().expect("memory");
        } else {
            office.crank.roll_back();
        }
        applied
    };
    put(false).expect("the first");
    put(false).expect("the same again");
    assert!(matches!(put(true), Err(crank::CrankError::ContractReused)));
}

#[test]
fn p8_the_clock_is_the_journals() {
    let play = || {
        let mut office = Office::open();
        for step in 0..30 {
            let kind = if step % 4 == 0 { "form.submitted" } else { "page.viewed" };
            office.later(Span::hours(7)).does(kind, &[(Email, "ada@acme.com")]);
        }
        let journal = office.crank.store().journal(store::Position::START, 10_000, None);
        journal.expect("memory").into_iter().map(|stored| stored.entry).collect::<Vec<_>>()
    };
    assert_eq!(play(), play());
}

#[test]
fn p10_an_owner_who_left_or_is_nobody_falls_back() {
    let routing = ROUTING.replace(
        "  - { route: everybody",
        "  - { route: owned, to: { person: account.owner } }\n  - { route: everybody",
    );
    // Bob has left; `bob@other` is somebody of another organisation.
    let team = "id,name,region,calendar,joined,left\nann,Ann,dach,berlin,,\n\
                bob,Bob,emea,berlin,2020-01-01,2026-01-01\n";
    for owner in ["gone", "who.never.was", "", "bob", "bob@other.example", "ANN"] {
        let mut office = Office::with(&routing, &[("team.csv", team)]);
        let fields = [("account.owner", Value::from(owner))];
        let signal = office.signal("form.submitted", &[(Email, "ada@acme.com")], &fields);
        let id = office.send(signal).handoff.expect("a handoff");
        let handoff = office.handoff(id);
        assert_eq!(handoff.routing.route, Some(1), "{owner}");
    }
}

/// Organisations are kept apart by their databases: the same contract under the same version may say
/// something else in another one, and neither checks what the other's sources send.
#[test]
fn d9_a_contract_of_another_organisation_counts_for_nothing_here() {
    let contract = |required: bool| {
        format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: visits\nversion: 1.0.0\nstatus: active\n\
             customProperties:\n  - {{ property: batonSeam, value: signal }}\n\
             schema:\n  - name: visits\n    customProperties:\n      \
             - {{ property: batonKinds, value: [page.viewed] }}\n    properties:\n      \
             - {{ name: path, required: {required}, customProperties: \
             [{{ property: batonOnFailure, value: quarantine }}] }}\n"
        )
    };
    let (strict, lenient) = (contract(true), contract(false));
    let mut theirs = Office::with(ROUTING, &[("contracts/visits.yaml", &strict)]);
    let mut ours = Office::with(ROUTING, &[("contracts/visits.yaml", &lenient)]);
    assert!(theirs.does("page.viewed", &[(ExternalId, "ada")]).entry.is_some());
    assert!(ours.does("page.viewed", &[(ExternalId, "ada")]).entry.is_none());
    // Within one of them the version stands for one text.
    let mut files = crate::office::files(ROUTING);
    files.0.insert("contracts/visits.yaml".to_owned(), strict.into_bytes());
    let strategy = std::sync::Arc::new(rules::compile(&files).strategy.expect("compiles"));
    ours.crank.begin().expect("a group");
    let applied = ours.crank.apply(&files, strategy, Mode::Live, &By::Operator, ours.now);
    ours.crank.roll_back();
    assert!(matches!(applied, Err(crank::CrankError::ContractReused)));
}

#[test]
fn a_source_keeps_the_contract_that_it_is_configured_with() {
    let strict = "apiVersion: v3.1.0\nkind: DataContract\nid: partner\nversion: 1.0.0\n\
         status: active\ncustomProperties:\n  - { property: batonSeam, value: signal }\n\
         schema:\n  - name: all\n    customProperties:\n      \
         - { property: batonKinds, value: [page.viewed] }\n    properties:\n      \
         - { name: path, required: true, customProperties: \
         [{ property: batonOnFailure, value: quarantine }] }\n";
    let mut office = Office::with(ROUTING, &[("contracts/partner.yaml", strict)]);
    let bare = office.does("page.viewed", &[(ExternalId, "ada")]);
    assert!(bare.entry.is_some(), "the first contract that knows the kind asks for a path");
    // The other contract says nothing of this kind, so it goes through.
    let source = office.signal("page.viewed", &[], &[]).source;
    office.crank.keep_contract(source.clone(), "lead-web".into());
    assert!(office.does("page.viewed", &[(ExternalId, "ada")]).entry.is_none());
    // A name that the strategy does not have lets nothing through unchecked.
    office.crank.keep_contract(source.clone(), "nobody".into());
    let held = office.does("page.viewed", &[(ExternalId, "ada")]);
    assert!(held.entry.is_some());
    assert_eq!(held.reasons, [domain::reason::Code::ContractUnknown]);
    office.crank.keep_contract(source, "partner".into());
    assert!(office.does("page.viewed", &[(ExternalId, "ada")]).entry.is_some());
}
