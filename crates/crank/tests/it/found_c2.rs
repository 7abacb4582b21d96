//! Strangers at one provider share no account, and the strategy's own lists say more.

use domain::AccountId;
use domain::fact::Fact;
use domain::signal::IdentifierKind::{self, Company, Domain, Email};
use engine::identity::lists_version;
use store::Read;

use crate::office::{Office, ROUTING};

fn account(office: &mut Office, subject: &[(IdentifierKind, &str)]) -> AccountId {
    let taken = office.does("form.submitted", subject);
    let handoff = taken.handoff.expect("a lead");
    office.crank.store().handoff(handoff).expect("memory").expect("there").account
}

fn apart(office: &mut Office, domain: &str) -> bool {
    let one = format!("ada@{domain}");
    let other = format!("bob@{domain}");
    account(office, &[(Email, &one)]) != account(office, &[(Email, &other)])
}

#[test]
fn found_c2_strangers_at_a_provider_share_no_account() {
    for provider in ["posteo.de", "tutanota.com", "gmx.li", "yandex.kz", "mailinator.com"] {
        assert!(apart(&mut Office::open(), provider), "{provider}");
    }
    assert!(!apart(&mut Office::open(), "acme.com"));
}

#[test]
fn found_c2_lists_of_the_strategy_add_and_take_out() {
    let lists = [
        ("lists/free_mail.csv", "domain\n@Campus-Mail.example\n"),
        ("lists/business_domains.csv", "domain,why\ngmx.li,our partner\n"),
        ("lists/shared_domains.csv", "domain\nfranchise.example\n"),
    ];
    let mut office = Office::with(ROUTING, &lists);
    assert!(apart(&mut office, "campus-mail.example"));
    assert!(apart(&mut office, "franchise.example"));
    assert!(!apart(&mut office, "gmx.li"));
    // The domain that the strategy took out is known of its account, live and folded anew.
    let partner = account(&mut office, &[(Email, "cyd@gmx.li")]);
    let folded = office.account(partner);
    let domain = folded.known().field("domain").and_then(|field| field.value.text());
    assert_eq!(domain, Some("gmx.li"));
    let shared = account(
        &mut office,
        &[(Domain, "franchise.example"), (Email, "x@campus-mail.example"), (Company, "North Shop")],
    );
    let named = office.account(shared);
    assert_eq!(named.known().field("domain").map(|field| field.value.clone()), None);
    assert_eq!(named.known().name(), Some("North Shop"));
}

#[test]
fn found_c2_a_new_list_counts_from_the_next_signal_on() {
    let mut office = Office::open();
    assert!(!apart(&mut office, "campus-mail.example"));
    office.apply(ROUTING, &[("lists/free_mail.csv", "domain\ncampus-mail.example\n")]);
    let one = account(&mut office, &[(Email, "cyd@campus-mail.example")]);
    assert_ne!(one, account(&mut office, &[(Email, "dan@campus-mail.example")]));
}

#[test]
fn found_c2_what_a_list_says_is_recorded_with_its_version() {
    let mut office = Office::open();
    office.does("form.submitted", &[(Email, "ada@gmail.com")]);
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let said: Vec<Option<u32>> = office
        .entries()
        .iter()
        .flat_map(|stored| &stored.entry.facts)
        .filter_map(|fact| {
            let Fact::SubjectResolved { named, .. } = fact else { return None };
            Some(named.and_then(|named| named.lists))
        })
        .collect();
    assert_eq!(said, [Some(lists_version()), None]);
}
