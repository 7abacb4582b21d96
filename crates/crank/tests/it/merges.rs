//! Merging and taking it back, over random sequences.

use std::collections::BTreeMap;

use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId, Phone};
use domain::{AccountId, NodeId, PersonId, Span};
use proptest::prelude::*;
use store::Read;

use crate::office::{Office, undo_merge};

/// Who is where, without regard to which ids the people have.
fn clusters(office: &Office) -> BTreeMap<NodeId, (Vec<NodeId>, AccountId)> {
    let mut people: BTreeMap<PersonId, Vec<NodeId>> = BTreeMap::new();
    let mut places = BTreeMap::new();
    for node in nodes(office) {
        let row = office.crank.store().node(node).expect("memory").expect("known");
        let pointer = row.pointer.expect("resolved");
        people.entry(pointer.person).or_default().push(node);
        places.insert(node, pointer);
    }
    places
        .into_iter()
        .map(|(node, pointer)| (node, (people[&pointer.person].clone(), pointer.account)))
        .collect()
}

fn nodes(office: &Office) -> Vec<NodeId> {
    let journal = office.crank.store().journal(store::Position::START, 100_000, None);
    let mut nodes: Vec<NodeId> = journal
        .expect("memory")
        .into_iter()
        .filter_map(|stored| {
            let domain::fact::Aggregate::Node(node) = stored.entry.header.aggregate else {
                return None;
            };
            Some(node)
        })
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// What is known of each node, in the account where it is.
fn known(office: &Office) -> BTreeMap<NodeId, engine::state::Node> {
    let mut known = BTreeMap::new();
    for (node, (_, account)) in clusters(office) {
        let account = office.account(account);
        let mut folded = account.known().node(node).cloned().expect("a member where it points");
        folded.account = None;
        known.insert(node, folded);
    }
    known
}

#[test]
fn a_shared_mailbox_merges_nobody() {
    let mut office = Office::open();
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "info@acme.com")]);
    office.does("page.viewed", &[(ExternalId, "u2"), (Email, "info@acme.com")]);
    assert_ne!(office.person_of(&[(ExternalId, "u1")]), office.person_of(&[(ExternalId, "u2")]));
}

#[test]
fn one_source_with_two_ids_for_an_address_means_two_people() {
    let mut office = Office::open();
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")]);
    office.does("page.viewed", &[(ExternalId, "u2"), (Email, "ada@acme.com")]);
    assert_ne!(office.person_of(&[(ExternalId, "u1")]), office.person_of(&[(ExternalId, "u2")]));
}

#[test]
fn i7_a_strangers_form_never_reaches_who_is_known() {
    let mut office = Office::open();
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")]);
    let mut forged = office.signal("form.submitted", &[(Email, "ada@acme.com")], &[]);
    forged.content.subject[0].verified = false;
    let taken = office.send(forged);
    let handoff = office.handoff(taken.handoff.expect("claimed leads are leads"));
    assert_ne!(handoff.person, office.person_of(&[(ExternalId, "u1")]));
}

#[test]
fn an_address_that_turns_out_to_be_a_users_makes_one_person_and_can_be_taken_back() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Email, "ada@acme.com")]);
    office.does("page.viewed", &[(ExternalId, "u1")]);
    let before = (clusters(&office), known(&office));
    let (one, other) =
        (office.person_of(&[(Email, "ada@acme.com")]), office.person_of(&[(ExternalId, "u1")]));
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")]);
    assert_eq!(
        office.person_of(&[(Email, "ada@acme.com")]),
        office.person_of(&[(ExternalId, "u1")])
    );
    assert_ne!(clusters(&office), before.0);
    undo(&mut office, one.min(other), one.max(other));
    let after = clusters(&office);
    assert_eq!(people_of(&after), people_of(&before.0));
}

fn people_of(
    clusters: &BTreeMap<NodeId, (Vec<NodeId>, AccountId)>,
) -> BTreeMap<NodeId, Vec<NodeId>> {
    clusters.iter().map(|(node, (people, _))| (*node, people.clone())).collect()
}

fn undo(office: &mut Office, winner: PersonId, loser: PersonId) {
    office.crank.begin().expect("a group");
    undo_merge(&mut office.crank, (winner, loser), office.now).expect("was merged");
    office.crank.commit().expect("memory");
}

#[derive(Clone, Debug)]
struct Visit {
    subject: Vec<(IdentifierKind, String)>,
    asks: bool,
}

fn visit() -> impl Strategy<Value = Visit> {
    let identifier = prop_oneof![
        (0..4u8).prop_map(|n| (ExternalId, format!("u{n}"))),
        (0..4u8).prop_map(|n| (Email, format!("p{n}@c{}.com", n % 2))),
        (0..2u8).prop_map(|n| (Email, format!("q{n}@gmail.com"))),
        (0..2u8).prop_map(|n| (Phone, format!("+4930901820{n}"))),
        (0..4u8).prop_map(|n| (Cookie, format!("c{n}"))),
    ];
    (proptest::collection::vec(identifier, 1..3), any::<bool>())
        .prop_map(|(subject, asks)| Visit { subject, asks })
}

fn play(office: &mut Office, visits: &[Visit]) {
    for visit in visits {
        let subject: Vec<(IdentifierKind, &str)> =
            visit.subject.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        let kind = if visit.asks { "form.submitted" } else { "page.viewed" };
        office.later(Span::MINUTE).does(kind, &subject);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Live state, and the same folded anew from the journal, agree; nobody has two open handoffs
    /// in one account; every node is where it points.
    #[test]
    fn the_journal_alone_says_who_is_where(visits in proptest::collection::vec(visit(), 1..25)) {
        let mut office = Office::open();
        play(&mut office, &visits);
        for (node, (people, account)) in clusters(&office) {
            let folded = office.account(account);
            let members = &folded.known().account().members;
            prop_assert!(members.contains_key(&node));
            for other in people {
                if let Some(other) = members.get(&other) {
                    prop_assert_eq!(other, &members[&node]);
                }
            }
        }
    }

    /// Merging two by an address and taking it back leaves everybody where they were.
    #[test]
    fn a_merge_that_is_taken_back_never_was(visits in proptest::collection::vec(visit(), 0..15)) {
        let mut office = Office::open();
        play(&mut office, &visits);
        office.does("page.viewed", &[(ExternalId, "new")]);
        office.does("page.viewed", &[(Email, "fresh@gmail.com")]);
        let (before, knew) = (clusters(&office), known(&office));
        let one = office.person_of(&[(ExternalId, "new")]);
        let other = office.person_of(&[(Email, "fresh@gmail.com")]);
        office.does("page.viewed", &[(ExternalId, "new"), (Email, "fresh@gmail.com")]);
        prop_assert_eq!(office.person_of(&[(ExternalId, "new")]), one.min(other));
        undo(&mut office, one.min(other), one.max(other));
        prop_assert_eq!(&clusters(&office), &before);
        for (node, was) in knew {
            let is = &known(&office)[&node];
            if is.touchpoints.len() == was.touchpoints.len() {
                prop_assert_eq!(is, &was);
            }
        }
    }
}
