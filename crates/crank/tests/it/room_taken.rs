//! How much room a history takes in the data folder, beside what was sent.

use std::path::Path;

use domain::signal::IdentifierKind::{Email, ExternalId};
use domain::{Span, Value};
use rusqlite::Connection;
use store::sqlite::DATABASE;

use crate::folder::Folder;

const PEOPLE: usize = 20;
const PAGES: usize = 12;
/// Bytes of the rows of the journal and of the sealed parts, for each signal.
const A_SIGNAL_MAX: i64 = 640;

/// People out of a list who look at pages, under a strategy that scores and decides all they do.
fn history() -> Folder {
    let mut folder = Folder::open();
    for person in 0..PEOPLE {
        let (id, mail) = (format!("C-{person:05}"), format!("p{person}@company-{person}.com"));
        let fields = [
            ("person.first_name", "Nolan".into()),
            ("person.last_name", "Eastlake".into()),
            ("person.title", "Head of Marketing".into()),
            ("account.name", "Moorwell".into()),
            ("account.country", "US".into()),
            ("account.industry", "energy".into()),
            ("account.employees", Value::Integer(268)),
        ];
        folder.sends("contact.created", &[(ExternalId, &id), (Email, &mail)], &fields);
        for page in 0..PAGES {
            folder.now = folder.now + Span::SECOND;
            let path = format!("/docs/page-{page}");
            let fields = [("path", Value::from(&*path)), ("title", "Write a strategy".into())];
            folder.sends("page.viewed", &[(Email, &mail)], &fields);
        }
    }
    folder
}

fn bytes(data: &Path, sql: &str) -> i64 {
    let db = Connection::open(data.join(DATABASE)).expect("opens");
    db.query_row(sql, [], |row| row.get(0)).expect("reads")
}

#[test]
fn found_a21_a_signal_takes_little_room() {
    let (_folder, rows) = history().while_closed(|data| {
        let entries = "SELECT sum(length(body) + length(parts) + length(leaf)) FROM journal";
        let parts = "SELECT sum(length(bytes)) FROM sealed";
        bytes(data, entries) + bytes(data, parts)
    });
    let signals = (PEOPLE * (PAGES + 1)) as i64;
    assert!(rows / signals <= A_SIGNAL_MAX, "{rows} bytes for {signals} signals");
}
