//! What is said of a company alone starts one handoff: of the person there who is most engaged, or of the
//! first who can be handed off.

use domain::handoff::Action;
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Cookie, Domain, Email, ExternalId};
use domain::{HandoffId, Span, Value};

use crate::office::{Office, ROUTING};

pub(crate) const READINESS: &str = r#"
starts: [form.submitted, { intent.*: { for: most engaged } }]
columns: { points: score.engagement, consent: consent.email }
outputs: [decision, kind, sla]
rows:
  - [ "-",    false, suppress, "-",                "-" ]
  - [ ">= 8", "-",   hand off, marketing-to-sales, hot ]
  - [ "-",    "-",   nurture,  "-",                "-" ]
"#;

const SURGE: &[(IdentifierKind, &str)] = &[(Domain, "acme.com")];
const ADA: &[(IdentifierKind, &str)] = &[(Email, "ada@acme.com")];
const BEA: &[(IdentifierKind, &str)] = &[(Email, "bea@acme.com")];

fn office() -> Office {
    Office::with(ROUTING, &[("readiness.yaml", READINESS)])
}

/// Whose a handoff is, by their address.
fn whose(office: &Office, handoff: HandoffId) -> String {
    let row = office.crank.store();
    let row = store::Read::handoff(row, handoff).expect("memory").expect("a handoff");
    let account = office.account(row.account);
    let email = account.known().person_field(row.person, "email").expect("known by an address");
    email.value.text().expect("an address").to_owned()
}

#[test]
fn the_most_engaged_of_a_company_is_handed_off_once() {
    let mut office = office();
    office.does("page.viewed", ADA);
    for _ in 0..2 {
        office.later(Span::MINUTE).does("page.viewed", BEA);
    }
    office.later(Span::MINUTE).does("email.opened", ADA);
    for _ in 0..3 {
        office.later(Span::MINUTE).does("page.viewed", &[(Cookie, "c-9")]);
    }
    assert!(office.handoffs().is_empty(), "a page starts nothing");
    let taken = office.later(Span::MINUTE).does("intent.surge", SURGE);
    let handoff = taken.handoff.expect("a handoff");
    assert_eq!(
        (taken.action, whose(&office, handoff)),
        (Some(Action::HandOff), "bea@acme.com".into())
    );
    assert_eq!(taken.reasons, [Code::RowMatched, Code::MostEngaged]);
    assert!(taken.owner.is_some());
    // She is in a handoff already, so that the next surge starts nothing.
    let again = office.later(Span::HOUR).does("intent.surge", SURGE);
    assert_eq!((again.handoff, office.handoffs().len()), (Some(handoff), 1));
    assert!(again.reasons.contains(&Code::ActiveHandoff), "{:?}", again.reasons);
    // Nothing waits: a page of somebody else starts nothing.
    for _ in 0..3 {
        office.later(Span::MINUTE).does("page.viewed", ADA);
    }
    assert_eq!(office.handoffs().len(), 1);
}

#[test]
fn what_is_said_of_a_company_where_nobody_is_known_waits_for_somebody() {
    let mut office = office();
    office.does("page.viewed", &[(Cookie, "c-1")]);
    let taken = office.does("intent.surge", SURGE);
    assert_eq!((taken.action, taken.handoff), (Some(Action::Nurture), None));
    assert_eq!(taken.reasons, [Code::WaitsForSomebody]);
    // Too little so far: it goes on waiting.
    assert_eq!(office.later(Span::DAY).does("email.opened", ADA).handoff, None);
    let seen = office.later(Span::DAY).does("page.viewed", ADA);
    assert_eq!(whose(&office, seen.handoff.expect("a page is enough")), "ada@acme.com");
    assert_eq!(seen.reasons, [Code::RowMatched, Code::CompanyWaited]);
    // It started one, and starts no second.
    let next = office.later(Span::MINUTE).does("page.viewed", BEA);
    assert_eq!((next.handoff, next.reasons.contains(&Code::StartsNothing)), (None, true));
}

#[test]
fn it_waits_for_thirty_days_and_no_longer() {
    for (days, starts) in [(29, true), (31, false)] {
        let mut office = office();
        office.does("intent.surge", SURGE);
        let seen = office.later(Span::days(days)).does("page.viewed", ADA);
        assert_eq!(seen.handoff.is_some(), starts, "after {days} days");
    }
}

#[test]
fn it_waits_where_nobody_there_is_to_be_handed_off_yet() {
    let mut office = office();
    office.does("email.opened", ADA);
    let taken = office.later(Span::MINUTE).does("intent.surge", SURGE);
    assert_eq!((taken.action, taken.handoff), (Some(Action::Nurture), None));
    let said = [Code::RowMatched, Code::MostEngaged, Code::WaitsForSomebody];
    assert_eq!(taken.reasons, said);
    // A form that starts a handoff by itself uses it up.
    let asked = office.later(Span::MINUTE).does("form.submitted", BEA);
    assert!(asked.handoff.is_some() && asked.reasons.contains(&Code::CompanyWaited));
    assert_eq!(office.later(Span::MINUTE).does("page.viewed", ADA).handoff, None);
}

#[test]
fn who_must_not_be_contacted_or_is_at_work_elsewhere_is_not_meant() {
    let mut office = office();
    for _ in 0..3 {
        office.later(Span::MINUTE).does("page.viewed", BEA);
    }
    let no = office.signal("page.viewed", BEA, &[("consent.email", Value::from(false))]);
    office.send(no);
    office.later(Span::MINUTE).does("page.viewed", ADA);
    let taken = office.later(Span::MINUTE).does("intent.surge", SURGE);
    assert_eq!(whose(&office, taken.handoff.expect("a handoff")), "ada@acme.com");

    // Cyd has an open handoff at another company that the surge does not name.
    let mut office = self::office();
    for _ in 0..2 {
        office.does("page.viewed", &[(Email, "cyd@gmail.com"), (Domain, "acme.com")]);
    }
    let there = [(ExternalId, "cyd"), (Domain, "initech.com")];
    let open = office.later(Span::MINUTE).does("form.submitted", &there).handoff;
    assert!(open.is_some());
    let both = [(ExternalId, "cyd"), (Email, "cyd@gmail.com")];
    office.later(Span::MINUTE).does("email.opened", &both);
    let taken = office.later(Span::MINUTE).does("intent.surge", SURGE);
    assert!(taken.reasons.contains(&Code::ActiveHandoff), "{:?}", taken.reasons);
    assert_eq!((taken.handoff, office.handoffs().len()), (open, 1), "one person has one handoff");
}

#[test]
fn what_nobody_vouches_for_starts_nothing_over_others() {
    let mut office = office();
    office.does("page.viewed", ADA);
    let mut claim = office.signal("intent.surge", SURGE, &[]);
    claim.content.subject[0].verified = false;
    claim.content.vouched = Some(false);
    let taken = office.later(Span::MINUTE).send(claim);
    assert_eq!((taken.action, taken.handoff), (None, None));
    assert_eq!(office.later(Span::MINUTE).does("page.viewed", ADA).handoff, None);
}
