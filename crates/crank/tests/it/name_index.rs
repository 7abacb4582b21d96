//! Names lead to whoever is called so, and to nobody once that is no more.

use std::collections::BTreeSet;
use std::path::Path;

use crank::{Crank, Ids, IntakeItem, UndoOrder, UndoProgress};
use domain::fact::{By, Raw};
use domain::signal::IdentifierKind::{self, Email, ExternalId};
use domain::{ImportId, NodeId, PersonId};
use engine::event::ImportRecord;
use engine::identity::{NameWord, name_words};
use rusqlite::Connection;
use store::Read;
use store::chance::Chance;
use store::sqlite::{DATABASE, Reader, SqliteStore};

use crate::folder::Folder;
use crate::form2;
use crate::office::signal;

const ADA: (IdentifierKind, &str) = (Email, "ada@acme.example");
const MEI: (IdentifierKind, &str) = (Email, "mei@initech.example");

fn called(first: &str, last: &str, company: &str) -> Vec<(&'static str, domain::Value)> {
    let fields =
        [("person.first_name", first), ("person.last_name", last), ("account.name", company)];
    fields.map(|(name, text)| (name, text.into())).to_vec()
}

/// Ada Müller of Acme and Mei Ada Chen of Initech, and all names are indexed.
fn two_people() -> Folder {
    let mut folder = Folder::open();
    folder.sends("form.submitted", &[ADA], &called("Ada", "Müller", "Acme Energy GmbH"));
    folder.sends("form.submitted", &[MEI], &called("Mei Ada", "Chen", "Initech"));
    index(&mut folder);
    folder
}

fn index(folder: &mut Folder) {
    while folder.crank.index_names(3).expect("indexes") {}
    assert_eq!(folder.crank.names_unindexed().expect("reads"), 0);
}

fn nodes(path: &Path, typed: &str) -> BTreeSet<NodeId> {
    let reader = Reader::open(path).expect("opens");
    let wanted: Vec<Vec<String>> = name_words(typed).iter().flat_map(NameWord::wanted).collect();
    let found = reader.nodes_named(&wanted, 200).expect("reads");
    assert!(!found.more);
    found.nodes.into_iter().map(|row| row.node).collect()
}

fn people(folder: &Folder, typed: &str) -> BTreeSet<PersonId> {
    let of = |node| folder.crank.store().node(node).expect("reads").expect("there").pointer;
    nodes(&folder.path(), typed).into_iter().filter_map(of).map(|to| to.person).collect()
}

fn person(folder: &Folder, who: (IdentifierKind, &str)) -> PersonId {
    let signal = signal(0, "page.viewed", &[who], &[], folder.now);
    let keys = engine::identity::identifiers(&signal.source, &signal.content).keys;
    let row = folder.crank.store().candidates(&keys).expect("reads").remove(0).expect("known");
    row.pointer.expect("after its turn").person
}

/// Rows with the number of a node and hashes.
type Rows = Vec<(i64, Vec<u8>)>;

/// Every row of the index, as `named` and as `names` have it.
fn rows(path: &Path) -> (Rows, Rows) {
    let db = Connection::open(path.join(DATABASE)).expect("opens");
    let all = |sql: &str| -> Rows {
        let mut rows = db.prepare(sql).expect("reads");
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.expect("reads").collect::<Result<_, _>>().expect("reads")
    };
    let by_node = all("SELECT node, beginnings FROM named ORDER BY node");
    (by_node, all("SELECT node, beginning FROM names ORDER BY node, beginning"))
}

/// The rows of a folder are those that the whole journal comes to, and both tables say the same.
fn check_index(folder: Folder) -> Folder {
    let mut folder = folder;
    index(&mut folder);
    let path = folder.path();
    let (by_node, flat) = rows(&path);
    let split = by_node
        .iter()
        .flat_map(|(node, hashes)| hashes.chunks(8).map(move |hash| (*node, hash.to_vec())));
    assert_eq!(split.collect::<Vec<_>>(), flat);
    folder.damage_database(
        "DELETE FROM names; DELETE FROM named; DELETE FROM settings WHERE name = 'names-indexed'",
    );
    assert!(rows(&path).0.is_empty());
    index(&mut folder);
    assert_eq!(rows(&path), (by_node, flat), "made again it is the same");
    folder
}

#[test]
fn names_lead_to_whoever_is_called_so() {
    let folder = two_people();
    let (ada, mei) = (person(&folder, ADA), person(&folder, MEI));
    for (typed, expected) in [
        ("mueller", vec![ada]),
        ("MÜL ada", vec![ada]),
        ("acme", vec![ada]),
        ("ada", vec![ada, mei]),
        ("ada acme energy", vec![ada]),
        ("ada init", vec![mei]),
        ("chen acme", vec![]),
        ("bob", vec![]),
    ] {
        assert_eq!(people(&folder, typed), expected.into_iter().collect(), "{typed}");
    }
    check_index(folder);
}

#[test]
fn words_may_be_spread_over_the_nodes_of_an_account() {
    let mut folder = two_people();
    // A CRM speaks of the company, and somebody of themselves.
    folder.sends(
        "form.submitted",
        &[(Email, "bob@acme.example")],
        &[("person.name", "Bob Byte".into())],
    );
    index(&mut folder);
    let bob = person(&folder, (Email, "bob@acme.example"));
    assert!(people(&folder, "byte energy").contains(&bob));
    assert!(people(&folder, "byte initech").is_empty());
}

#[test]
fn nobody_is_found_by_name_after_an_erasure_and_no_row_is_left() {
    let mut folder = two_people();
    let ada = person(&folder, ADA);
    let of_ada = nodes(&folder.path(), "mueller");
    assert_eq!(of_ada.len(), 1);
    let (before, _) = rows(&folder.path());
    assert_eq!(before.len(), 2, "a test that looks into an empty table finds nothing");
    let now = folder.now;
    // Something of her came that is not indexed yet.
    folder.sends("form.submitted", &[ADA], &called("Augusta", "King", "Acme Energy GmbH"));
    folder.crank.erase(ada, &By::Operator, now).expect("erased");
    index(&mut folder);
    let (after, flat) = rows(&folder.path());
    assert_eq!((after.len(), flat.iter().all(|(node, _)| *node == after[0].0)), (1, true));
    for typed in ["mueller", "augusta", "acme"] {
        assert!(nodes(&folder.path(), typed).is_empty(), "{typed}");
    }
    assert!(!nodes(&folder.path(), "chen").is_empty());
    check_index(folder);
}

#[test]
fn who_is_joined_and_parted_is_found_as_who_they_are_then() {
    let mut folder = Folder::open();
    let (one, other) = ((ExternalId, "u-1"), (ExternalId, "u-2"));
    folder.sends("page.viewed", &[one], &called("Ada", "Müller", "Acme"));
    folder.sends("page.viewed", &[other], &called("Augusta", "King", "Acme"));
    index(&mut folder);
    let (ada, king) = (person(&folder, one), person(&folder, other));
    assert_eq!(people(&folder, "muller"), [ada].into());
    let now = folder.now;
    let joined = folder.group(|crank| crank.join_people((ada, king), None, &By::Operator, now));
    let winner = joined.expect("joined").winner;
    for typed in ["muller", "king"] {
        assert_eq!(people(&folder, typed), [winner].into(), "{typed}");
    }
    let off: Vec<NodeId> = nodes(&folder.path(), "king").into_iter().collect();
    let split = folder.group(|crank| crank.split_person(winner, &off, None, &By::Operator, now));
    split.expect("split");
    assert_ne!(people(&folder, "king"), people(&folder, "muller"));
    check_index(folder);
}

#[test]
fn names_that_an_import_brought_go_with_it() {
    let mut folder = two_people();
    let import = ImportId::caused_by(&[b"to be taken back"]);
    let now = folder.now;
    let record = ImportRecord {
        import,
        source: domain::signal::SourceName::new("crm").expect("a name"),
        map: "0123456789abcdef".to_owned(),
        files: 1,
        by: By::Operator,
        rows: None,
        names: None,
    };
    folder.group(|crank| crank.record_import(record, now)).expect("recorded");
    for (id, who, name) in [(71, ADA, "Lovelace"), (72, (Email, "eve@evil.example"), "Evening")] {
        let incoming = signal(id, "form.submitted", &[who], &called("Ada", name, "Other"), now);
        let raw = || -> Raw { panic!("nothing is kept apart here") };
        let item = IntakeItem::Signal { incoming: &incoming, raw: &raw, line: None };
        folder.group(|crank| crank.accept(&item, Some(import), now).map(|_| ())).expect("accepted");
    }
    folder.take_turns();
    index(&mut folder);
    assert_eq!(people(&folder, "lovelace"), [person(&folder, ADA)].into());
    assert_eq!(people(&folder, "evening").len(), 1);
    let order = UndoOrder { import, consents: true, by: By::Operator };
    while folder.crank.undo_import(&order, false, now).expect("undone") == UndoProgress::UnderWay {}
    index(&mut folder);
    for typed in ["lovelace", "evening", "other"] {
        assert!(nodes(&folder.path(), typed).is_empty(), "{typed}");
    }
    assert_eq!(people(&folder, "mueller"), [person(&folder, ADA)].into(), "others said so, too");
    check_index(folder);
}

#[test]
fn the_golden_folder_opens_and_is_found_by_name_even_if_it_is_killed_half_way() {
    let (_home, path) = form2::copied();
    let reader = Reader::open(&path).expect("opens");
    let unindexed = reader.names_unindexed().expect("reads");
    assert!(unindexed > 20, "{unindexed}");
    assert!(
        nodes(&path, "initech").is_empty(),
        "an older folder has no index, and is read as it is"
    );
    for _ in 0..3 {
        let store = SqliteStore::open(&path, Chance::seeded(4)).expect("opens");
        let mut crank = Crank::open(store, Ids::Derived(4)).expect("opens");
        crank.index_names(7).expect("indexes");
        // It is dropped, and never closed.
    }
    let left = Reader::open(&path).expect("opens").names_unindexed().expect("reads");
    assert_eq!(left, unindexed - 21, "it goes on where it was");
    let store = SqliteStore::open(&path, Chance::seeded(4)).expect("opens");
    let mut crank = Crank::open(store, Ids::Derived(4)).expect("opens");
    while crank.index_names(100).expect("indexes") {}
    crank.into_store().close().expect("closes");
    assert!(!nodes(&path, "initech").is_empty());
}

/// A replay writes the rows of nodes anew, so what leads to them is made again.
#[test]
fn a_replay_empties_the_index_and_it_is_made_again() {
    let folder = two_people();
    let before = rows(&folder.path());
    let (mut folder, ()) = folder.while_closed(|path| {
        let store = SqliteStore::open(path, Chance::seeded(8)).expect("opens");
        assert!(crank::replay(store, false, &mut |_| {}).expect("replays").is_same());
        assert!(rows(path).1.is_empty());
    });
    index(&mut folder);
    assert_eq!(rows(&folder.path()), before);
    assert!(folder.examine().is_empty());
}

/// What the journal and the tables show in clear has no word of anybody's name.
#[test]
fn no_name_lies_in_clear() {
    let folder = two_people();
    let finds = |folder: &Folder, word: &str| {
        let files = std::fs::read_dir(folder.path()).expect("a folder");
        let holds = |path: &Path| {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
        };
        files.filter_map(Result::ok).any(|file| holds(&file.path()))
    };
    for word in ["muller", "mueller", "initech", "chen"] {
        assert!(!finds(&folder, word), "{word}");
    }
    folder
        .damage_database("INSERT INTO names (beginning, node) VALUES (CAST('mueller' AS BLOB), 1)");
    assert!(finds(&folder, "mueller"), "one that lies there is found");
}
