//! What is said of a company alone is the company's: nobody is invented for it.

use domain::signal::IdentifierKind::{self, Company, Domain, Email, ExternalId};
use domain::{AccountId, Span, Value};
use store::Read;

use crate::office::{Office, ROUTING};

/// A row of the readiness table asks for a surge and a form.
const SURGES: &str = r#"
table: readiness
hit: first
columns: { surges: 'count("intent.surge", "30d")', asked: 'seen("form.submitted", "1d")' }
outputs: [decision, kind, sla]
rows:
  - [ ">= 2", true, hand off, marketing-to-sales, hot ]
  - [ "-",    "-",  nurture,  "-",                "-" ]
"#;

fn office() -> Office {
    Office::with(ROUTING, &[("readiness.yaml", SURGES)])
}

fn surge(office: &mut Office, subject: &[(IdentifierKind, &str)]) -> Option<domain::HandoffId> {
    let fields = [("account.industry", Value::from("energy")), ("topic", Value::from("solar"))];
    let signal = office.signal("intent.surge", subject, &fields);
    let taken = office.later(Span::MINUTE).send(signal);
    assert_eq!(taken.action, None, "nothing is decided on nobody");
    taken.handoff
}

fn account_of(office: &Office, subject: &[(IdentifierKind, &str)]) -> AccountId {
    let person = office.person_of(subject);
    let row = office.crank.store().cluster(person).expect("memory")[0].pointer;
    row.expect("placed").account
}

#[test]
fn found_c3_surges_invent_nobody_and_hand_nobody_off() {
    for subject in [
        vec![(Domain, "acme.com")],
        vec![(Domain, "acme.com"), (Company, "Acme Ltd")],
        vec![(Company, "Acme Ltd")],
    ] {
        let mut office = office();
        for _ in 0..20 {
            assert_eq!(surge(&mut office, &subject), None);
        }
        assert!(office.handoffs().is_empty(), "{subject:?}");
        let asked = [(Email, "ada@acme.com"), (ExternalId, "u1"), subject[0]];
        let taken = office.does("form.submitted", &asked);
        assert!(taken.handoff.is_some(), "what was said of the company counts for Ada");
        let account = office.account(account_of(&office, &[(ExternalId, "u1")]));
        assert_eq!(account.known().people().len(), 1, "there is Ada alone");
        let industry = account.known().field("industry").and_then(|field| field.value.text());
        assert_eq!(industry, Some("energy"), "and the account knows what was said");
        assert_eq!(account.known().company_nodes().count(), 1, "one node for {subject:?}");
    }
}

#[test]
fn found_c3_a_surge_does_not_count_for_another_company() {
    let mut office = office();
    surge(&mut office, &[(Domain, "acme.com")]);
    surge(&mut office, &[(Domain, "acme.com")]);
    let other = office.does("form.submitted", &[(Email, "bob@initech.com")]);
    assert_eq!(other.handoff, None);
    let theirs = office.does("form.submitted", &[(Email, "ann@acme.com")]);
    assert!(theirs.handoff.is_some());
}

#[test]
fn found_c3_a_claim_about_a_company_has_a_node_of_its_own_and_counts_less() {
    let mut office = office();
    surge(&mut office, &[(Domain, "acme.com")]);
    let fields = [("account.industry", Value::from("mining"))];
    let mut claim = office.signal("intent.surge", &[(Domain, "acme.com")], &fields);
    claim.content.subject[0].verified = false;
    office.later(Span::HOUR).send(claim);
    office.does("page.viewed", &[(Email, "ann@acme.com")]);
    let account = office.account(account_of(&office, &[(Email, "ann@acme.com")]));
    assert_eq!(account.known().company_nodes().count(), 2);
    let industry = account.known().field("industry").and_then(|field| field.value.text());
    assert_eq!(industry, Some("energy"), "what is verified counts");
}

#[test]
fn found_c3_of_equal_trust_the_companys_own_row_counts_for_more_than_a_members_word() {
    let mut office = office();
    surge(&mut office, &[(Domain, "acme.com")]);
    let fields = [("account.industry", Value::from("mining"))];
    let said = office.signal("form.submitted", &[(Email, "ann@acme.com")], &fields);
    office.later(Span::HOUR).send(said);
    let account = office.account(account_of(&office, &[(Email, "ann@acme.com")]));
    let industry = account.known().field("industry").and_then(|field| field.value.text());
    assert_eq!(industry, Some("energy"));
}
