//! The rows of aggregates: the ends of their chains of entries and of sealed parts. Pointers and what
//! leads to nodes are written later.

use domain::fact::{About, Entry};
use rusqlite::OptionalExtension;
use rustc_hash::FxHashMap;

use super::super::audit;
use super::super::leaves::leaf;
use super::super::session::{PARTS, Session};
use super::super::vault::Label;
use crate::error::StoreError;

/// What is known of an aggregate or another owner of a key.
#[derive(Default)]
struct KnownAggregate {
    label: Option<Label>,
    last: i64,
    sealed: i64,
}

/// Writes them; the number that the next new one gets.
pub(super) fn write(session: &Session, tell: &mut dyn FnMut(u64)) -> Result<i64, StoreError> {
    let mut known: FxHashMap<i64, KnownAggregate> = FxHashMap::default();
    let mut unsealed: Vec<Label> = Vec::new();
    audit::walk(session, |line| {
        tell(line.position as u64);
        let entry = whole(&line)?;
        let owner = known.entry(line.aggregate).or_default();
        if owner.last != line.prev {
            return Err(broken(line.position, "its chain does not lead to the entry before"));
        }
        owner.last = line.position;
        let label = Label::of(entry.header.aggregate);
        if owner.label.is_some_and(|known| known != label) {
            return Err(broken(line.position, "it belongs to another aggregate"));
        }
        owner.label = Some(label);
        for (place, fact) in entry.facts.iter().enumerate() {
            if let About::Entry(id, _) = fact.about() {
                let label = Session::entry_label(id);
                match owner_of(session, line.position * PARTS + place as i64)? {
                    Some(n) => known.entry(n).or_default().label = Some(label),
                    None => unsealed.push(label),
                }
            }
        }
        Ok(())
    })?;
    ends_of_parts(session, &mut known)?;
    let next = known.keys().max().copied().unwrap_or(0) + 1;
    let next = number_others(session, &mut known, unsealed, next)?;
    insert(session, known)?;
    Ok(next)
}

/// The entry of a row that is as it was written.
fn whole(line: &audit::Line) -> Result<&Entry, StoreError> {
    if leaf(&line.body, &line.parts).as_slice() != line.leaf {
        return Err(broken(line.position, "its leaf is not that of its bytes"));
    }
    line.entry.as_ref().ok_or(StoreError::NewerEntry(line.position as u64))
}

fn broken(position: i64, says: &str) -> StoreError {
    StoreError::Damaged(format!(
        "entry {position}: {says}, so rows cannot be written anew from the journal"
    ))
}

fn owner_of(session: &Session, part: i64) -> Result<Option<i64>, StoreError> {
    let mut find = session.db.prepare_cached("SELECT owner FROM sealed WHERE key = ?1")?;
    Ok(find.query_row([part], |row| row.get(0)).optional()?)
}

fn ends_of_parts(
    session: &Session,
    known: &mut FxHashMap<i64, KnownAggregate>,
) -> Result<(), StoreError> {
    let mut statement = session.db.prepare("SELECT owner, max(key) FROM sealed GROUP BY owner")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        known.entry(row.get(0)?).or_default().sealed = row.get(1)?;
    }
    Ok(())
}

/// Quarantine entries of which nothing was ever sealed keep the number that they had.
fn number_others(
    session: &Session,
    known: &mut FxHashMap<i64, KnownAggregate>,
    labels: Vec<Label>,
    mut next: i64,
) -> Result<i64, StoreError> {
    for label in labels {
        let is_it = |one: &KnownAggregate| {
            one.label.is_some_and(|known| known.as_slice() == label.as_slice())
        };
        if known.values().any(is_it) {
            continue;
        }
        let mut find =
            session.db.prepare_cached("SELECT n FROM temp.before_aggregates WHERE id = ?1")?;
        let before: Option<i64> =
            find.query_row([label.as_slice()], |row| row.get(0)).optional()?;
        let n = before.filter(|n| !known.contains_key(n)).unwrap_or(next);
        known.insert(n, KnownAggregate { label: Some(label), ..KnownAggregate::default() });
        next = next.max(n + 1);
    }
    Ok(next)
}

fn insert(session: &Session, known: FxHashMap<i64, KnownAggregate>) -> Result<(), StoreError> {
    let mut rows: Vec<(i64, KnownAggregate)> = known.into_iter().collect();
    rows.sort_unstable_by_key(|(n, _)| *n);
    let mut insert = session.db.prepare_cached(
        "INSERT INTO aggregates (n, id, last, sealed, person, account, flags) \
         VALUES (?1, ?2, ?3, ?4, NULL, NULL, 0)",
    )?;
    for (n, KnownAggregate { label, last, sealed }) in rows {
        // An owner that no entry names: whoever damaged it took the entries too.
        let Some(label) = label else {
            return Err(StoreError::Damaged(format!(
                "sealed parts belong to {n}, and nobody is it"
            )));
        };
        insert.execute((n, label.as_slice(), last, sealed))?;
    }
    Ok(())
}
