//! Who is who because somebody says so.

use crank::CrankError;
use domain::fact::{By, Fact};
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId};
use domain::{NodeId, PersonId, Span};
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{Read, Store};

use crate::folder::Folder;
use crate::office::Office;

const ADA: (IdentifierKind, &str) = (ExternalId, "u1");
const BOB: (IdentifierKind, &str) = (ExternalId, "u2");
const MAIL: (IdentifierKind, &str) = (Email, "ada@acme.com");

fn nodes<S: Store>(store: &S, person: PersonId) -> Vec<NodeId> {
    store.cluster(person).expect("reads").into_iter().map(|row| row.node).collect()
}

fn join(office: &mut Office, one: PersonId, other: PersonId) -> Result<crank::ByHand, CrankError> {
    let now = office.now;
    office.crank.begin().expect("a group");
    let done = office.crank.join_people((one, other), Some(Code::BadData), &By::Operator, now);
    office.crank.commit().expect("memory");
    done
}

fn split(office: &mut Office, who: PersonId, off: &[NodeId]) -> Result<crank::ByHand, CrankError> {
    let now = office.now;
    office.crank.begin().expect("a group");
    let done = office.crank.split_person(who, off, None, &By::Operator, now);
    office.crank.commit().expect("memory");
    done
}

#[test]
fn two_whom_a_source_has_ids_for_are_withheld_and_joined_by_hand() {
    let mut office = Office::open();
    office.does("page.viewed", &[ADA, MAIL]);
    office.does("page.viewed", &[BOB, MAIL]);
    let (ada, bob) = (office.person_of(&[ADA]), office.person_of(&[BOB]));
    let withheld =
        office.entries().into_iter().flat_map(|stored| stored.entry.facts).find_map(|fact| {
            let Fact::SubjectResolved { person, withheld: Some(other), .. } = fact else {
                return None;
            };
            Some((person, other))
        });
    assert_eq!(withheld, Some((Some(bob), ada)));
    let joined = join(&mut office, ada, bob).expect("joined");
    assert_eq!((joined.winner, joined.loser), (ada.min(bob), ada.max(bob)));
    assert_eq!(office.person_of(&[ADA]), office.person_of(&[BOB]));
    assert!(matches!(join(&mut office, ada, ada), Err(CrankError::SamePerson(_))));
    assert!(matches!(join(&mut office, ada, bob), Err(CrankError::NoPerson(_))));
    // What signals say later changes nothing, and it can be taken back.
    office.later(Span::MINUTE).does("page.viewed", &[BOB]);
    assert_eq!(office.person_of(&[ADA]), office.person_of(&[BOB]));
    let now = office.now;
    office.crank.begin().expect("a group");
    crate::office::undo_merge(&mut office.crank, (joined.winner, joined.loser), now)
        .expect("undone");
    office.crank.commit().expect("memory");
    assert_ne!(office.person_of(&[ADA]), office.person_of(&[BOB]));
}

#[test]
fn of_two_open_handoffs_one_goes_on() {
    let mut office = Office::open();
    let first = office.does("form.submitted", &[ADA, MAIL]).handoff.expect("a handoff");
    let second = office.does("form.submitted", &[BOB, (Email, "bob@acme.com")]);
    let second = second.handoff.expect("a handoff");
    let (ada, bob) = (office.person_of(&[ADA]), office.person_of(&[BOB]));
    let winner = join(&mut office, ada, bob).expect("joined").winner;
    let (kept, gone) = if winner == ada { (first, second) } else { (second, first) };
    assert!(office.handoff(kept).is_open());
    assert!(!office.handoff(gone).is_open());
    assert_eq!(office.handoff(gone).person, winner);
}

#[test]
fn what_was_split_off_stays_apart_until_somebody_joins_it() {
    let mut office = Office::open();
    let device = (Cookie, "c1");
    office.does("page.viewed", &[device]);
    office.does("page.viewed", &[ADA, device]);
    let ada = office.person_of(&[ADA]);
    let before = nodes(office.crank.store(), ada);
    assert_eq!(before.len(), 2);
    let other = NodeId::caused_by(&[b"nobody"]);
    assert!(matches!(split(&mut office, ada, &[other]), Err(CrankError::NotTheirs(..))));
    assert!(matches!(split(&mut office, ada, &before), Err(CrankError::NothingLeft(_))));
    assert!(matches!(split(&mut office, ada, &[]), Err(CrankError::NothingLeft(_))));
    let visitor = office.crank.store().candidates(&keys(&office, device)).expect("memory");
    let visitor = visitor[0].expect("known").node;
    let parted = split(&mut office, ada, &[visitor]).expect("split");
    assert_eq!(nodes(office.crank.store(), parted.loser), [visitor]);
    for _ in 0..2 {
        office.later(Span::MINUTE).does("page.viewed", &[ADA, device]);
        assert_eq!(
            nodes(office.crank.store(), parted.loser),
            [visitor],
            "signals do not join them"
        );
    }
    let joined = join(&mut office, ada, parted.loser).expect("joined");
    assert_eq!(nodes(office.crank.store(), joined.winner).len(), 2);
    let account = office.crank.store().node(visitor).expect("memory").expect("known");
    let account = office.account(account.pointer.expect("placed").account);
    assert!(
        account.known().nodes().all(|(_, node)| node.apart.is_none()),
        "nothing keeps them apart"
    );
}

fn keys(office: &Office, by: (IdentifierKind, &str)) -> Vec<domain::signal::Key> {
    let sent = crate::office::signal(0, "x", &[by], &[], office.now);
    engine::identity::identifiers(&sent.source, &sent.content).keys
}

#[test]
fn turns_by_hand_are_taken_again_and_rows_follow() {
    let mut folder = Folder::open();
    for (user, mail) in [(ADA, "ada@acme.com"), (BOB, "bob@initech.com")] {
        folder.sends("form.submitted", &[user, (Email, mail)], &[]);
        folder.sends("page.viewed", &[(Cookie, user.1)], &[]);
        folder.sends("page.viewed", &[user, (Cookie, user.1)], &[]);
    }
    let person = |folder: &Folder, by| {
        let sent = crate::office::signal(0, "x", &[by], &[], folder.now);
        let keys = engine::identity::identifiers(&sent.source, &sent.content).keys;
        folder.crank.person_by(&keys).expect("reads").expect("known")
    };
    let (ada, bob, now) = (person(&folder, ADA), person(&folder, BOB), folder.now);
    let by = By::Operator;
    let joined = folder.group(|crank| crank.join_people((ada, bob), Some(Code::BadData), &by, now));
    let joined = joined.expect("joined");
    let off = nodes(folder.crank.store(), joined.winner);
    let split = folder.group(|crank| {
        crank.split_person(joined.winner, &off[1..3], Some(Code::BadData), &by, now)
    });
    split.expect("split");
    folder.sends("page.viewed", &[ADA, (Cookie, "u1")], &[]);
    assert_eq!(folder.examine(), Vec::<&str>::new());
    let (_, ()) = folder.while_closed(|data| {
        let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
        let replayed = crank::replay(store, true, &mut |_| {}).expect("replays");
        assert!(replayed.is_same(), "{:?}", replayed.tables);
        let store = SqliteStore::open(data, Chance::seeded(9)).expect("opens");
        let checked = crank::check(store, store::Position(1), &mut |_| {}).expect("checks");
        assert_eq!((checked.different, checked.first), (0, None));
    });
}
