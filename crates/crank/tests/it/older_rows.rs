//! A folder whose rows an earlier program wrote, before it was kept by when a lead is to be qualified.

use std::sync::Arc;

use domain::fact::{By, Mode};
use rusqlite::Connection;
use store::sqlite::{DATABASE, Reader};
use store::{HandoffFilter, HandoffRow, Read};

use crate::folder::Folder;
use crate::office::{ROUTING, changed_files};

const SLA: &str = "\
hot:
  calendar: owner
  accept: { within: 1h }
  qualify: { within: 2 working days }
";

/// As a program of before kept it.
const OLDER: &str = "DROP TRIGGER handoff_members_first; DROP TRIGGER handoff_members_next; \
                     DROP TABLE handoff_members; ALTER TABLE handoffs DROP COLUMN qualify_by; \
                     PRAGMA user_version = 9";

#[test]
fn rows_of_before_say_by_when_a_lead_is_to_be_qualified_once_the_folder_is_served() {
    let mut folder = Folder::open();
    let files = changed_files(ROUTING, &[("sla.yaml", SLA)]);
    let strategy = Arc::new(rules::compile(&files).strategy.expect("compiles"));
    let now = folder.now;
    let applied =
        folder.group(|crank| crank.apply(&files, strategy, Mode::Live, &By::Operator, now));
    applied.expect("applied");
    for who in ["ada@acme.example", "mei@initech.example", "bo@globex.example"] {
        folder.does("form.submitted", who);
    }
    let before = rows(folder.crank.store());
    assert!(before.len() >= 3 && before.iter().all(|row| row.qualify_by.is_some()), "{before:?}");

    let (folder, read) = folder.while_closed(|path| {
        let database = path.join(DATABASE);
        Connection::open(&database).expect("opens").execute_batch(OLDER).expect("as it was");
        // Whoever reads first finds tables of today, and does not know yet what no row says.
        let reader = Reader::open(path).expect("opens");
        (rows(&reader), reader.outbox_claimable(now, 100).expect("reads").len())
    });
    assert!(read.0.iter().all(|row| row.qualify_by.is_none()), "{:?}", read.0);
    assert_eq!(rows(folder.crank.store()), before);
    assert!(
        folder
            .crank
            .store()
            .setting("handoffs-lack")
            .expect("reads")
            .is_none_or(|it| it.is_empty())
    );
}

fn rows(store: &impl Read) -> Vec<HandoffRow> {
    store.handoffs(&HandoffFilter::default(), None, 100).expect("lists").rows
}
