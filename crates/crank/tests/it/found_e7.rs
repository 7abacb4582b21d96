//! Only what the strategy names starts a handoff; all else is folded and scored.

use domain::handoff::Action;
use domain::reason::Code;
use domain::signal::IdentifierKind::{Cookie, Email, Phone};

use crate::office::{Office, ROUTING};

const READINESS: &str = r#"
starts: [form.*, lead.created]
columns: { total: score.total }
outputs: [decision, kind, sla]
rows:
  - [ "-", hand off, marketing-to-sales, hot ]
"#;

#[test]
fn found_e7_only_kinds_that_are_named_start_a_handoff() {
    let mut office = Office::with(ROUTING, &[("readiness.yaml", READINESS)]);
    for kind in ["page.viewed", "email.opened", "forms.seen", "lead.created.again", "form"] {
        let taken = office.does(kind, &[(Email, "ada@acme.com")]);
        assert_eq!((taken.action, taken.handoff), (Some(Action::Nurture), None), "{kind}");
        assert!(taken.reasons.contains(&Code::StartsNothing), "{kind}");
    }
    assert!(office.does("form.quote", &[(Email, "ada@acme.com")]).handoff.is_some());
    assert!(office.does("lead.created", &[(Email, "bea@initech.com")]).handoff.is_some());
    assert!(office.does("form.submitted", &[(Phone, "+493090182000")]).handoff.is_some());
}

#[test]
fn found_e7_who_is_known_by_a_device_alone_starts_nothing() {
    let mut office = Office::with(ROUTING, &[("readiness.yaml", READINESS)]);
    assert_eq!(office.does("form.submitted", &[(Cookie, "c-1")]).handoff, None);
    assert!(
        office
            .does("form.submitted", &[(Cookie, "c-1"), (Email, "ada@acme.com")])
            .handoff
            .is_some()
    );
}

#[test]
fn found_e7_what_starts_nothing_is_folded_and_finds_the_open_handoff() {
    let mut office = Office::with(ROUTING, &[("readiness.yaml", READINESS)]);
    office.does("page.viewed", &[(Email, "ada@acme.com")]);
    let started = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff;
    let handoff = office.handoff(started.expect("a handoff"));
    assert!(handoff.score.contributions.len() >= 2, "the page that started nothing counts");
    let later = office.does("page.viewed", &[(Email, "ada@acme.com")]);
    assert_eq!(later.handoff, started);
}

#[test]
fn found_e7_without_the_word_everything_may_start() {
    let readiness = READINESS.replace("starts: [form.*, lead.created]\n", "");
    let mut office = Office::with(ROUTING, &[("readiness.yaml", &readiness)]);
    assert!(office.does("page.viewed", &[(Email, "ada@acme.com")]).handoff.is_some());
    assert!(office.does("page.viewed", &[(Cookie, "c-2")]).handoff.is_some());
}
