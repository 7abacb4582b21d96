//! Whose account: what a source states beats what follows from an address, in whatever order it is said.

use domain::signal::IdentifierKind::{self, Company, Cookie, Domain, Email, ExternalId};
use domain::{AccountId, HandoffId, Value};
use store::Read;

use crate::office::Office;

type Said<'a> = &'a [(IdentifierKind, &'a str)];

fn account_of(office: &Office, handoff: HandoffId) -> AccountId {
    office.crank.store().handoff(handoff).expect("memory").expect("a handoff").account
}

/// Sends a lead; the account that its handoff is over.
fn asks(office: &mut Office, subject: Said<'_>, fields: &[(&str, Value)]) -> AccountId {
    let signal = office.signal("form.submitted", subject, fields);
    let taken = office.send(signal);
    account_of(office, taken.handoff.expect("a lead"))
}

fn domain_of(office: &Office, account: AccountId) -> Option<String> {
    field_of(office, account, "domain")
}

fn field_of(office: &Office, account: AccountId, name: &str) -> Option<String> {
    let folded = office.account(account);
    folded.known().field(name).and_then(|field| field.value.text()).map(str::to_owned)
}

/// Every order of some identifiers.
fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders = Vec::new();
    for at in 0..all.len() {
        let mut rest = all.to_vec();
        let first = rest.remove(at);
        orders.extend(orders_after(&first, &rest));
    }
    orders
}

fn orders_after<T: Clone>(first: &T, rest: &[T]) -> Vec<Vec<T>> {
    let after = orders(rest).into_iter();
    after.map(|order| [vec![first.clone()], order].concat()).collect()
}

#[test]
fn found_c1_a_stated_domain_beats_the_address_whatever_the_order() {
    let said = [
        (Email, "bob@some-agency.com"),
        (Domain, "client2co.com"),
        (Company, "Client Two"),
        (ExternalId, "lead-1"),
    ];
    for order in orders(&said) {
        let mut office = Office::open();
        let account = asks(&mut office, &order, &[]);
        assert_eq!(domain_of(&office, account).as_deref(), Some("client2co.com"), "{order:?}");
        assert_eq!(field_of(&office, account, "name").as_deref(), Some("Client Two"));
    }
}

#[test]
fn found_c1_two_stated_domains_of_one_signal_do_not_take_turns() {
    let mut seen = Vec::new();
    for order in orders(&[(Domain, "two.com"), (Domain, "one.com"), (Email, "a@three.com")]) {
        let mut office = Office::open();
        let account = asks(&mut office, &order, &[]);
        seen.push(domain_of(&office, account));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "one answer for every order");
}

#[test]
fn found_c1_a_stated_name_beats_the_address() {
    for order in orders(&[(Email, "bob@some-agency.com"), (Company, "Client Two Ltd")]) {
        let mut office = Office::open();
        let client = asks(&mut office, &order, &[]);
        let agency = asks(&mut office, &[(Email, "ann@some-agency.com")], &[]);
        assert_ne!(client, agency, "a client of the agency is not the agency");
        assert_eq!(domain_of(&office, client), None, "nobody said the client's domain");
        // The same company by name alone, with an address at a provider of free mail.
        let same = asks(&mut office, &[(Email, "x@gmail.com"), (Company, "CLIENT TWO")], &[]);
        assert_eq!(client, same);
    }
}

#[test]
fn found_c1_an_address_that_spells_the_stated_name_is_at_the_company() {
    let mut office = Office::open();
    let by_address = asks(&mut office, &[(Email, "ann@acme-energy.com")], &[]);
    let by_both =
        asks(&mut office, &[(Email, "bob@acme-energy.com"), (Company, "Acme Energy GmbH")], &[]);
    assert_eq!(by_address, by_both);
}

#[test]
fn found_c1_a_later_page_view_does_not_take_a_lead_back_to_the_agency() {
    let mut office = Office::open();
    let lead = [(ExternalId, "lead-1"), (Email, "bob@some-agency.com"), (Domain, "client.com")];
    let client = asks(&mut office, &lead, &[("account.industry", "energy".into())]);
    for seen in [
        vec![(Email, "bob@some-agency.com")],
        vec![(Email, "bob@some-agency.com"), (Cookie, "c1")],
        vec![(ExternalId, "lead-1"), (Email, "bob@some-agency.com")],
    ] {
        let signal = office.signal("page.viewed", &seen, &[("account.industry", "ads".into())]);
        office.send(signal);
        let bob = office.person_of(&[(ExternalId, "lead-1")]);
        let folded = office.account(client);
        assert!(folded.known().people().contains(&bob), "{seen:?}");
        // What came with the address alone is the agency's, not the client's.
        assert_eq!(field_of(&office, client, "industry").as_deref(), Some("energy"));
        assert_eq!(domain_of(&office, client).as_deref(), Some("client.com"));
    }
}

#[test]
fn found_c1_who_was_met_at_the_agency_first_brings_none_of_its_facts() {
    let mut office = Office::open();
    let agency = asks(
        &mut office,
        &[(Email, "bob@some-agency.com")],
        &[("account.industry", "ads".into()), ("account.employees", 40.into())],
    );
    let lead = [(Email, "bob@some-agency.com"), (Domain, "client.com"), (ExternalId, "lead-1")];
    let signal = office.signal("form.submitted", &lead, &[("account.country", "DE".into())]);
    office.send(signal);
    let bob = office.person_of(&[(ExternalId, "lead-1")]);
    let row = office.crank.store().cluster(bob).expect("memory");
    let client = row[0].pointer.expect("resolved").account;
    assert_ne!(client, agency);
    assert_eq!(domain_of(&office, client).as_deref(), Some("client.com"));
    assert_eq!(field_of(&office, client, "country").as_deref(), Some("DE"));
    assert_eq!(field_of(&office, client, "industry"), None, "that is the agency's");
    assert_eq!(field_of(&office, client, "employees"), None, "that is the agency's");
}

#[test]
fn found_c1_a_name_joins_the_domain_that_it_was_stated_beside_in_any_order() {
    let both: Said<'_> =
        &[(Email, "a@acme-holding.com"), (Domain, "acme.com"), (Company, "Acme AG")];
    let name: Said<'_> = &[(Email, "b@gmail.com"), (Company, "Acme")];
    let domain: Said<'_> = &[(Email, "c@gmail.com"), (Domain, "https://www.acme.com/en")];
    for order in orders(&[both, name]) {
        let mut office = Office::open();
        let mut accounts: Vec<AccountId> =
            order.iter().chain([&domain]).map(|one| asks(&mut office, one, &[])).collect();
        accounts.dedup();
        assert_eq!(accounts.len(), 1, "{order:?}");
    }
}

#[test]
fn found_c1_a_name_that_two_domains_share_names_neither() {
    let mut office = Office::open();
    let one = asks(
        &mut office,
        &[(Email, "a@m-one.com"), (Domain, "m-one.com"), (Company, "Meridian")],
        &[],
    );
    let two = asks(
        &mut office,
        &[(Email, "b@m-two.com"), (Domain, "m-two.com"), (Company, "Meridian")],
        &[],
    );
    assert_ne!(one, two);
    let alone = asks(&mut office, &[(Email, "c@gmail.com"), (Company, "Meridian")], &[]);
    assert!(alone != one && alone != two, "nobody knows which of the two");
}

#[test]
fn found_c1_between_equals_what_is_verified_and_then_the_later_counts() {
    let mut office = Office::open();
    let first = asks(&mut office, &[(ExternalId, "u1"), (Domain, "old-job.com")], &[]);
    let signal = office.signal("page.viewed", &[(ExternalId, "u1"), (Domain, "new-job.com")], &[]);
    office.later(domain::Span::HOUR).send(signal);
    let mut claim = office.signal("page.viewed", &[(ExternalId, "u1"), (Domain, "claim.com")], &[]);
    claim.content.subject[1].verified = false;
    office.later(domain::Span::HOUR).send(claim);
    let person = office.person_of(&[(ExternalId, "u1")]);
    let now = office.crank.store().cluster(person).expect("memory")[0].pointer.expect("placed");
    assert_ne!(now.account, first);
    assert_eq!(domain_of(&office, now.account).as_deref(), Some("new-job.com"));
}

#[test]
fn found_c1_one_who_speaks_for_several_clients_keeps_their_facts_apart() {
    let mut office = Office::open();
    let mut accounts = Vec::new();
    for (at, client) in ["one.com", "two.com", "three.com"].into_iter().enumerate() {
        let subject = [(Email, "bob@agency.com"), (Domain, client)];
        let fields = [("account.employees", Value::Integer(100 * (at as i64 + 1)))];
        let signal = office.signal("page.viewed", &subject, &fields);
        office.later(domain::Span::HOUR).send(signal);
        let person = office.person_of(&[(Email, "bob@agency.com")]);
        let place = office.crank.store().cluster(person).expect("memory")[0].pointer;
        let account = place.expect("placed").account;
        assert_eq!(domain_of(&office, account).as_deref(), Some(client));
        let known = office.account(account);
        let employees = known.known().field("employees").map(|field| field.value.clone());
        assert_eq!(employees, Some(Value::Integer(100 * (at as i64 + 1))));
        accounts.push(account);
    }
    accounts.dedup();
    assert_eq!(accounts.len(), 3);
}
