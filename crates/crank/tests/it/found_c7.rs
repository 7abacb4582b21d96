//! An identifier that several people have names none of them from then on, in whichever order they came.

use domain::NodeId;
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId, Phone};
use domain::{PersonId, SignalId};
use rusqlite::Connection;
use store::chance::Chance;
use store::sqlite::{DATABASE, SqliteStore};
use store::{Read, Store};

use crate::folder::Folder;
use crate::office::{Office, signal};

const ADA: (IdentifierKind, &str) = (ExternalId, "u1");
const BOB: (IdentifierKind, &str) = (ExternalId, "u2");

/// Whose the node is that was made for, or found by, a signal.
fn whose<S: Store>(store: &S, node: NodeId) -> PersonId {
    store.node(node).expect("reads").expect("known").pointer.expect("has had a turn").person
}

/// Sends what comes with an identifier alone, and says whose it is.
fn alone(office: &mut Office, by: (IdentifierKind, &str)) -> PersonId {
    let sent = office.signal("page.viewed", &[by], &[]);
    let signal = office.offer(&sent);
    while !office.crank.take_turns(office.now, 10).expect("memory").is_empty() {}
    whose(office.crank.store(), node_of(office, signal))
}

fn node_of(office: &Office, signal: SignalId) -> NodeId {
    let arrived = office.entries().into_iter().find_map(|stored| {
        let domain::fact::Aggregate::Node(node) = stored.entry.header.aggregate else {
            return None;
        };
        let is_it = stored.entry.facts.iter().any(|fact| {
            matches!(fact, domain::fact::Fact::SignalArrived { signal: of, .. } if *of == signal)
        });
        is_it.then_some(node)
    });
    arrived.expect("it arrived")
}

/// The identifiers that two people may have, each beside their own id.
const SHARED: [(IdentifierKind, &str); 4] =
    [(Cookie, "c1"), (Phone, "+4930901820"), (Email, "ada@acme.com"), (Email, "info@acme.com")];

#[test]
fn found_c7_what_two_users_have_names_neither() {
    for by in SHARED {
        let mut office = Office::open();
        let emails = [(Email, "a@initech.com"), (Email, "b@initech.com")];
        office.does("page.viewed", &[ADA, by, emails[0]]);
        let second = office.does("page.viewed", &[BOB, by, emails[1]]);
        assert!(!second.reasons.is_empty());
        let (ada, bob) = (office.person_of(&[ADA]), office.person_of(&[BOB]));
        assert_ne!(ada, bob, "{by:?}");
        let nobody = alone(&mut office, by);
        assert!(nobody != ada && nobody != bob, "{by:?} names nobody");
        assert_eq!(alone(&mut office, by), nobody, "and what comes with it is in one place");
        // Neither of them takes along what nobody's is, however often they come with it.
        for user in [ADA, BOB, ADA] {
            office.does("page.viewed", &[user, by]);
        }
        assert_eq!(alone(&mut office, by), nobody, "{by:?}");
        assert_eq!((office.person_of(&[ADA]), office.person_of(&[BOB])), (ada, bob));
    }
}

#[test]
fn found_c7_whichever_came_first() {
    for by in [(Cookie, "c1"), (Phone, "+4930901820")] {
        let mut office = Office::open();
        // The visits of somebody who then says their name are theirs, and stay theirs.
        let visitor = alone(&mut office, by);
        office.does("page.viewed", &[ADA, by]);
        let ada = office.person_of(&[ADA]);
        assert_eq!(alone(&mut office, by), ada);
        assert_eq!(office.crank.store().cluster(ada).expect("memory").len(), 2, "{visitor:?}");
        office.does("page.viewed", &[BOB, by, (Email, "bob@initech.com")]);
        if by.0 == Phone {
            // A number alone makes two one, until both are known by more.
            continue;
        }
        let nobody = alone(&mut office, by);
        assert!(![ada, office.person_of(&[BOB])].contains(&nobody));
        assert_eq!(office.crank.store().cluster(ada).expect("memory").len(), 2, "what was, stays");
    }
}

#[test]
fn found_c7_three_signals_of_one_request_are_judged_in_their_order() {
    let by = (Cookie, "c1");
    let mut office = Office::open();
    let sent = [
        office.signal("page.viewed", &[ADA, by], &[]),
        office.signal("page.viewed", &[BOB, by], &[]),
        office.signal("page.viewed", &[by], &[]),
    ];
    let ids: Vec<SignalId> = sent.iter().map(|signal| office.offer(signal)).collect();
    while !office.crank.take_turns(office.now, 10).expect("memory").is_empty() {}
    let nobody = whose(office.crank.store(), node_of(&office, ids[2]));
    assert!(![office.person_of(&[ADA]), office.person_of(&[BOB])].contains(&nobody));
    office.does("page.viewed", &[ADA, by]);
    assert_ne!(alone(&mut office, by), office.person_of(&[ADA]));
    // Of one user alone it is theirs, in this order too.
    let mut office = Office::open();
    let sent =
        [office.signal("page.viewed", &[ADA, by], &[]), office.signal("page.viewed", &[by], &[])];
    let ids: Vec<SignalId> = sent.iter().map(|signal| office.offer(signal)).collect();
    while !office.crank.take_turns(office.now, 10).expect("memory").is_empty() {}
    let visits = whose(office.crank.store(), node_of(&office, ids[1]));
    assert_eq!(visits, office.person_of(&[ADA]));
}

#[test]
fn found_c7_claims_share_as_well() {
    let by = (Email, "ada@acme.com");
    let mut office = Office::open();
    let claim = |office: &mut Office, subject: &[(IdentifierKind, &str)]| {
        let mut sent = office.signal("page.viewed", subject, &[]);
        for one in &mut sent.content.subject {
            one.verified = false;
        }
        let signal = office.offer(&sent);
        while !office.crank.take_turns(office.now, 10).expect("memory").is_empty() {}
        whose(office.crank.store(), node_of(office, signal))
    };
    let ada = claim(&mut office, &[ADA, by]);
    assert_eq!(claim(&mut office, &[by]), ada);
    let bob = claim(&mut office, &[BOB, by]);
    let nobody = claim(&mut office, &[by]);
    assert!(![ada, bob].contains(&nobody));
}

#[test]
fn found_c7_the_mailbox_of_a_function_is_nobodys_whoever_wrote_first() {
    let by = (Email, "info@acme.com");
    let mut office = Office::open();
    office.does("page.viewed", &[ADA, by]);
    let mailbox = alone(&mut office, by);
    assert_ne!(mailbox, office.person_of(&[ADA]));
    let mut office = Office::open();
    let mailbox = alone(&mut office, by);
    office.does("page.viewed", &[ADA, by]);
    assert_ne!(mailbox, office.person_of(&[ADA]));
    assert_eq!(alone(&mut office, by), mailbox);
}

#[test]
fn found_c7_says_why() {
    let mut office = Office::open();
    office.does("page.viewed", &[ADA, (Cookie, "c1")]);
    office.does("page.viewed", &[BOB, (Cookie, "c1")]);
    office.does("page.viewed", &[ADA, (Cookie, "c1")]);
    let said: Vec<Vec<Code>> = office
        .entries()
        .iter()
        .flat_map(|stored| &stored.entry.facts)
        .filter_map(|fact| {
            let domain::fact::Fact::SubjectResolved { reasons, .. } = fact else { return None };
            Some(reasons.iter().map(|reason| reason.code).collect())
        })
        .collect();
    assert!(said[1].contains(&Code::ConflictingIds), "{said:?}");
    assert!(said[2].contains(&Code::IdentifierShared), "{said:?}");
}

/// What leads where, as the folder has it.
fn rows(data: &std::path::Path) -> Vec<String> {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    let mut all = Vec::new();
    for sql in [
        "SELECT hex(name) || verified || ' ' || node FROM identifiers ORDER BY name, verified",
        "SELECT n || hex(id) || flags || hex(person) || hex(account) FROM aggregates ORDER BY n",
    ] {
        let mut read = db.prepare(sql).expect("a table");
        let rows = read.query_map([], |row| row.get::<_, Option<String>>(0)).expect("reads");
        all.extend(rows.map(|row| row.expect("reads").unwrap_or_default()));
    }
    all
}

#[test]
fn found_c7_the_journal_alone_says_what_is_shared() {
    for erased in [None, Some(ADA), Some(BOB)] {
        let mut folder = Folder::open();
        for (by, user) in [SHARED[0], SHARED[1], SHARED[2], SHARED[3]]
            .into_iter()
            .flat_map(|by| [(by, ADA), (by, BOB), (by, (ExternalId, "u3"))])
        {
            let mail = format!("{}@initech.com", user.1);
            folder.sends("page.viewed", &[user, by, (Email, &mail)], &[]);
        }
        for by in [SHARED[0], SHARED[2]] {
            folder.sends("page.viewed", &[by], &[]);
        }
        if let Some(who) = erased {
            let sent = signal(0, "x", &[who], &[], folder.now);
            let keys = engine::identity::identifiers(&sent.source, &sent.content).keys;
            let person = folder.crank.person_by(&keys).expect("reads").expect("known");
            let now = folder.now;
            folder.crank.erase(person, &domain::fact::By::Operator, now).expect("erased");
        }
        assert_eq!(folder.examine(), Vec::<&str>::new(), "{erased:?}");
        let (_, ()) = folder.while_closed(|data| {
            let before = rows(data);
            let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
            crank::replay(store, false, &mut |_| {}).expect("replays");
            assert_eq!(rows(data), before, "{erased:?}");
        });
    }
}
