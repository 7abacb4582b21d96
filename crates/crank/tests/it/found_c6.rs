//! Phone numbers: what can be read is one number, what cannot is kept as it was said.

use domain::PersonId;
use domain::signal::IdentifierKind::{Email, ExternalId, Phone};

use crate::office::Office;

fn phone_of(office: &Office, person: PersonId) -> Option<String> {
    use store::Read;
    let row = office.crank.store().cluster(person).expect("memory")[0];
    let account = office.account(row.pointer.expect("placed").account);
    let phone = account.known().person_field(person, "phone").cloned();
    phone.and_then(|field| field.value.text().map(str::to_owned))
}

#[test]
fn found_c6_a_number_that_names_no_country_is_kept_as_it_was_said() {
    for said in ["030 / 90 18 20", "(555) 123-4567", "ask at the desk"] {
        let mut office = Office::open();
        office.does("form.submitted", &[(ExternalId, "u1"), (Phone, said)]);
        let person = office.person_of(&[(ExternalId, "u1")]);
        assert_eq!(phone_of(&office, person).as_deref(), Some(said));
    }
}

#[test]
fn found_c6_a_number_that_can_be_read_is_shown_in_its_one_form() {
    let mut office = Office::open();
    office.does("form.submitted", &[(ExternalId, "u1"), (Phone, "tel:+49-30-901820;ext=7")]);
    let person = office.person_of(&[(ExternalId, "u1")]);
    assert_eq!(phone_of(&office, person).as_deref(), Some("+4930901820;ext=7"));
}

#[test]
fn found_c6_two_callers_of_one_switchboard_are_two_people() {
    let mut office = Office::open();
    let callers = ["+44 20 7946 0018 ext. 12", "+44 20 7946 0018 x13", "+44 20 7946 0018"];
    for caller in callers {
        office.does("call.received", &[(Phone, caller)]);
    }
    let mut people: Vec<PersonId> =
        callers.iter().map(|caller| office.person_of(&[(Phone, caller)])).collect();
    people.sort_unstable();
    people.dedup();
    assert_eq!(people.len(), 3);
    // The same extension in another writing is the same person.
    office.does("form.submitted", &[(Email, "ada@acme.com"), (Phone, "tel:+442079460018;ext=12")]);
    let ada = office.person_of(&[(Email, "ada@acme.com")]);
    assert_eq!(ada, office.person_of(&[(Phone, "+44 20 7946 0018 EXT 12")]));
}
