//! Who works an account gets the next person of it, where the strategy says so.

use domain::handoff::{MemberId, Owner, State};
use domain::signal::IdentifierKind::{Domain, Email};
use domain::{HandoffId, Span};
use engine::event::Deed;

use crate::office::{Office, by_ann};

const TEAM: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
kim,Kim,kim@office.example,,none,de,1,berlin,2020-01-01,
ann,Ann,ann@office.example,kim,dach,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,kim,dach,de,1,berlin,2020-01-01,
eve,Eve,eve@office.example,kim,dach,de,1,berlin,2020-01-01,
";

fn routing(first: &str) -> String {
    format!(
        "routes:\n  - {{ {first} }}\n  - {{ route: everybody, to: {{ pool: sales }} }}\n  \
         - {{ route: catch-all, to: {{ queue: unassigned }} }}\npools:\n  \
         sales: {{ members: 'member.region == \"dach\"', method: in turn, all_away: hold, \
         all_capped: hold, offer: {{ then: stay }} }}\nqueues:\n  unassigned: {{ owner: kim, within: 2h }}\n"
    )
}

const WORKED: &str =
    "route: colleague works it, when: has(account.worked_by), to: { person: account.worked_by }";

fn asks(office: &mut Office, who: &str) -> HandoffId {
    office.later(Span::minutes(1));
    let domain = who.split('@').nth(1).expect("an address");
    office.does("form.submitted", &[(Email, who), (Domain, domain)]).handoff.expect("a handoff")
}

fn accept(office: &mut Office, id: HandoffId) {
    let in_queue = matches!(office.handoff(id).owner, Owner::Queue(_));
    let member = in_queue.then(|| MemberId("bob".into()));
    office.act(id, Deed::Accept { note: None, member, by: Some(by_ann()) });
}

fn ends(office: &mut Office, id: HandoffId, outcome: State) {
    let by = Some(by_ann());
    office.act(id, Deed::Outcome { outcome, occurred: None, returns: None, note: None, by });
}

#[test]
fn found_e4_a_second_person_goes_to_who_works_the_account() {
    let mut office = Office::with(&routing(WORKED), &[("team.csv", TEAM)]);
    let first = asks(&mut office, "ada@acme.com");
    let owner = office.handoff(first).owner;
    // Offered is not worked yet.
    let second = asks(&mut office, "bea@acme.com");
    assert_ne!(office.handoff(second).owner, owner, "the next in turn");
    accept(&mut office, first);
    let third = asks(&mut office, "cyd@acme.com");
    assert_eq!(office.handoff(third).owner, owner);
    let other = asks(&mut office, "dan@other.com");
    assert_ne!(office.handoff(other).owner, owner, "another account");
    // Who took work there last works it.
    accept(&mut office, second);
    let fourth = asks(&mut office, "eli@acme.com");
    assert_eq!(office.handoff(fourth).owner, office.handoff(second).owner);
    // What has ended is worked no more.
    ends(&mut office, second, State::Lost);
    let fifth = asks(&mut office, "fay@acme.com");
    assert_eq!(office.handoff(fifth).owner, owner);
}

#[test]
fn found_e4_who_left_works_nothing() {
    let mut office = Office::with(&routing(WORKED), &[("team.csv", TEAM)]);
    let first = asks(&mut office, "ada@acme.com");
    accept(&mut office, first);
    let Owner::Person(owner) = office.handoff(first).owner else { panic!("nobody has it") };
    let mut rest =
        TEAM.lines().filter(|row| !row.starts_with(&*owner.0)).collect::<Vec<_>>().join("\n");
    rest.push('\n');
    office.apply(&routing(WORKED), &[("team.csv", &rest)]);
    let second = asks(&mut office, "bea@acme.com");
    assert_ne!(office.handoff(second).owner, Owner::Person(owner));
    assert!(matches!(office.handoff(second).owner, Owner::Person(_)));
}

#[test]
fn found_e4_days_counts_and_the_last_owner_are_known() {
    let queue = |when: &str| format!("route: probe, when: '{when}', to: {{ queue: unassigned }}");
    let probe = |when: &str, work: &[State]| {
        let mut office = Office::with(&routing(&queue(when)), &[("team.csv", TEAM)]);
        let first = asks(&mut office, "ada@acme.com");
        for state in work {
            if *state == State::Accepted {
                accept(&mut office, first);
            } else {
                ends(&mut office, first, *state);
            }
        }
        office.later(Span::days(2) + Span::HOUR);
        let second = asks(&mut office, "bea@acme.com");
        matches!(office.handoff(second).owner, Owner::Queue(_))
    };
    assert!(probe("account.worked_days == 2", &[State::Accepted]));
    assert!(!probe("account.worked_days == 2", &[]), "nobody works it");
    assert!(probe("account.open_handoffs == 1", &[]));
    assert!(probe(
        "account.open_handoffs == 0 && !has(account.worked_by)",
        &[State::Accepted, State::Lost]
    ));
    let team = ["ann", "bob", "eve"].map(|id| format!("\"{id}\""));
    let known = format!("account.last_owner in [{}]", team.join(", "));
    assert!(probe(&known, &[State::Accepted, State::Lost]), "whoever had it");
    let lead = MemberId("nobody".into());
    assert!(!probe(&format!("account.last_owner == \"{}\"", lead.0), &[State::Accepted]));
}
